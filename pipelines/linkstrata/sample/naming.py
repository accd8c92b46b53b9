"""Invented names, companies, positions and sentences, drawn from syllables and word lists.

Nothing in here knows about days, networks or files. Every name is made up from syllables; where one happens to exist,
it is chance.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


_STARTS = _words("Bel Cor Da El Fi Gra Hu Io Ja Ka Lu Mi No Or Pe Qui Ro Sa Ti Ul Va Wi Xa Ya Ze Bran Dre Fal Kel Mor")
_MIDDLES = _words("be do fa gi ha ju ko li ma ne po ri su to vi za lan mer nol rad sel tin ver")
_ENDS = _words("a as el en i ia o or us y ric nd ne lin ta vin mond ska ley ro")
_MARKED_STARTS = _words("Jó Ré Bjø Łu Zo Şü Ond Ñe Çe Ú Å Ží Þo")
_MARKED_ENDS = _words("né ë ř ú ška ção ström ñez ić ő éa ąk")
_CYRILLIC = (_words("Ве Да Ми Со То Ра"), _words("ли ра но ту ве ке"), _words("на ров ск ин да ель"))
_GREEK = (_words("Αλ Θε Κα Μι Νε Σο"), _words("ρα λι νο τε"), _words("νη ον ια δη"))
_HAN = (_words("柏 澄 嵐 楓 蘭 峰 岳 泉"), _words(""), _words("木 原 沢 野 里 浜"))
_ARABIC = (_words("سا نو را ما"), _words("لي دي مي"), _words("ن ر م د"))
_EMOJI = ("🌱", "🚀", "🔥", "🌍", "🎯", "📊")
_CREDENTIALS = ("MBA", "PhD", "PMP", "MBA, PMP", "CPA", "M.Sc.", "CISSP, CISM", "SHRM-CP")

_FIRST_WORDS = _words(
    "Amber Brindle Copper Delta Ember Fable Granite Harbor Indigo Juniper Kestrel Lantern Marble Northfold Opaline "
    "Prairie Quillon Riverbend Saltmarsh Tidewell Umbra Vellum Willowby Yarrow Zephyrine"
)
_SECOND_WORDS = _words(
    "Analytics Bank Care Collective Consulting Digital Energy Foods Games Health Insurance Labs Logistics Media "
    "Networks Partners Research Robotics Software Studios Systems Textiles Works"
)
_COMPANY_SUFFIXES = ("", "", "", "", " GmbH", " Inc.", ", LLC", " Ltd", " S.A.", " AB", " & Co.")
_LEGAL_FORMS = ("gmbh", "inc", "llc", "ltd", "sa", "ab", "co")
_LEVELS = ("", "", "", "Junior ", "Senior ", "Lead ", "Principal ", "Head of ", "Director, ", "VP ", "Interim ")
_ROLES = (
    "Data Engineer",
    "Software Engineer",
    "Machine Learning Engineer",
    "Account Executive",
    "Product Manager",
    "Recruiter",
    "Talent Acquisition Partner",
    "Designer",
    "Nurse",
    "Business Analyst",
    "Marketing",
    "Operations",
    "Finance",
    "Legal Counsel",
    "Consultant",
    "Teacher",
    "Researcher",
    "Customer Success",
    "Sales",
    "People & Culture",
    "Journalist",
    "Architect",
)
_WHOLE_POSITIONS = (
    "Founder",
    "Co-Founder & CEO",
    "Founder & Managing Director",
    "Chief Technology Officer",
    "CEO",
    "CFO",
    "Owner",
    "Partner",
    "Board Member",
    "Investor",
    "Student",
    'Freelance "Generalist"',
    "Human Resources Business Partner",
    "Headhunter | Executive Search",
    "-",
)
_OPENINGS = (
    "Thanks for the note",
    "Hello again",
    "Congratulations on the new role",
    "Sorry for the delay",
    "It was good to talk last week",
    "I read your piece on forecasting",
    'You asked for a "quick call"',
    "Short question",
    "We are back from the fair",
    "My plan has changed",
    "The draft is ready",
    "Happy new year",
)
_MIDDLES_OF_TEXT = (
    "I would like to show you what we built, it is small but it works",
    "would Monday at 10 suit you?",
    "the team is looking for somebody who can model data",
    "the numbers are in the sheet; rows 3 to 7 are mine",
    "the budget went up by 10% & nobody complained",
    "could you introduce me to whoever runs the warehouse?",
    "let me know if the plan fits",
    "we moved the café meeting to Thursday",
    "I found two mistakes, one of them mine",
    "no news from the council yet",
    "please have a look at section 4",
    "the last release broke our import, again",
)
_CLOSINGS = ("best regards", "see you there", "thanks!", "more soon", "take care", "no hurry", "cheers, as ever")
_GREETINGS = ("Hi, shall we connect?", "We met at the data meetup.", "Enjoyed your talk!\nWould love to stay in touch.")
_SKILLS = ("SQL", "Data Modelling", "Public Speaking", "Negotiation", "Project Management", "Mentoring")
LONGEST_FIELD = 100
"""LinkedIn cuts company and position after this many characters."""


class Inventor:
    """Draws invented names and texts from one source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        pairs = [(first, second) for first in _FIRST_WORDS for second in _SECOND_WORDS]
        self._companies = [f"{a} {b}{random.choice(_COMPANY_SUFFIXES)}" for a, b in random.sample(pairs, 400)]
        self._companies += ["None", "N/A", '"Quoted" Trading', "Brindle, Opaline and Sons"]
        self._positions = [level + role for level in _LEVELS for role in _ROLES] + list(_WHOLE_POSITIONS)
        self._positions.append(("Responsible for " + "planning, reporting and " * 6 + "more")[:LONGEST_FIELD])

    def name(self) -> tuple[str, str]:
        """A first and a last name as a member would have typed them."""
        random = self._random
        script = random.random()
        if script < 0.80:
            first, last = self._latin(), self._latin()
        elif script < 0.94:
            first, last = random.choice((self._marked(), self._latin())), self._marked()
        else:
            alphabet = random.choice((_CYRILLIC, _GREEK, _HAN, _ARABIC))
            first, last = self._word(alphabet), self._word(alphabet)
        decoration = random.random()
        if decoration < 0.05:
            last = last[0] + random.choice(("", "."))
        elif decoration < 0.12:
            last = f"{last}, {random.choice(_CREDENTIALS)}"
        elif decoration < 0.135:
            last = f"{last} {random.choice(_EMOJI)}"
        elif decoration < 0.145:
            first = f'{first} "{self._latin()}"'
        elif decoration < 0.155:
            first = f"{first} "  # people leave a blank behind their name, and LinkedIn keeps it
        elif decoration < 0.16:
            first = "".join(chr(0x1D400 + ord(c) - 65) if "A" <= c <= "Z" else c for c in first)  # 𝐁old initials
        elif decoration < 0.19:
            last = f"{last}-{self._latin()}"
        return first, last

    def new_last_name(self) -> str:
        """A last name to change to."""
        return self._latin()

    def credentials(self) -> str:
        """Letters that people put behind their last name and a comma."""
        return self._random.choice(_CREDENTIALS)

    def company(self) -> str:
        return self._random.choice(self._companies)

    def position(self) -> str:
        return self._random.choice(self._positions)

    def skill(self) -> str:
        return self._random.choice(_SKILLS)

    def greeting(self) -> str:
        """The note in an invitation."""
        return self._random.choice(_GREETINGS)

    def sentence(self, parts: int = 2) -> str:
        """Words that read like a message; without line breaks, which LinkedIn flattens."""
        random = self._random
        middles = random.sample(_MIDDLES_OF_TEXT, random.randint(1, parts))
        return f"{random.choice(_OPENINGS)}, {', '.join(middles)}. {random.choice(_CLOSINGS)}".strip()

    def remark(self) -> str:
        """What people write under posts: often a few words without a comma."""
        return self.sentence(1) if self._random.random() < 0.3 else f"{self._random.choice(_OPENINGS)}!"

    def title(self) -> str:
        """A few words above a group's conversation."""
        return f"{self._random.choice(_FIRST_WORDS)} {self._random.choice(_SKILLS)}"

    def _latin(self) -> str:
        return self._word((_STARTS, _MIDDLES, _ENDS))

    def _marked(self) -> str:
        return self._word((_MARKED_STARTS, _MIDDLES, _MARKED_ENDS))

    def _word(self, alphabet: tuple[list[str], list[str], list[str]]) -> str:
        starts, middles, ends = alphabet
        middle = self._random.choice(middles) if middles else ""
        return unicodedata.normalize("NFC", self._random.choice(starts) + middle + self._random.choice(ends))


def respelled(random: Random, company: str) -> str:
    """The same company as it is typed at another time: with another legal form, in capitals, with wide blanks."""
    form = max((suffix for suffix in _COMPANY_SUFFIXES if company.endswith(suffix)), key=len)
    plain = company.removesuffix(form)
    spellings = [plain + suffix for suffix in _COMPANY_SUFFIXES] + [company.upper(), company.replace(" ", "  ")]
    return random.choice([spelling for spelling in spellings if spelling != company])


def matching_company(company: str) -> str:
    """What two spellings of one company have in common: its words in lower case without legal forms at the end."""
    words = re.findall(r"\w+", company.casefold().replace(".", ""))
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def full_name(first: str, last: str) -> str:
    """Both names with a blank between, as LinkedIn joins them."""
    return f"{first} {last}"


def matching_name(name: str) -> str:
    """What two spellings of one name have in common: compatibility forms folded, symbols and format characters
    dropped, case folded, credentials after the first comma dropped, blanks collapsed."""
    folded = unicodedata.normalize("NFKC", name)
    kept = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "So")).casefold()
    return " ".join(kept.partition(",")[0].split())


def slug_of(first: str, last: str, keep_letters: bool) -> str:
    """The readable part of a profile address: lower case, words joined by '-'. Unless letters are kept, marks are
    dropped; a name that has no ASCII letters keeps its own either way."""
    text = unicodedata.normalize("NFKC", f"{first} {last.partition(',')[0]}").lower()
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    chosen = text if keep_letters or not any(letter.isalpha() for letter in plain) else plain
    words = "".join(c if c.isalnum() or unicodedata.category(c) == "So" else " " for c in chosen).split()
    return unicodedata.normalize("NFC", "-".join(words))
