"""What other programs take over: contacts as files for address books and spreadsheets, and days for a calendar."""
