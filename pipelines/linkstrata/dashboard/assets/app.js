"use strict";
// What happens in the browser without asking the server: addresses, theme, the grid's cells, files dropped.
(() => {
  // What changes within a page, without making it anew: the parameters, those of them that make the question which a
  // store takes to the server, and the field whose words one of them is.
  const LIVE = {
    "/people": { parameters: ["q", "filter", "sort"], asks: ["q", "filter"], store: "people-query", field: ["people-search", "q"] },
    "/companies": { parameters: ["company"], asks: ["company"], store: "companies-query", field: ["company-field", "company"] },
  };
  const COLUMNS_KEPT = "linkstrata-people-columns";
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const no_update = () => window.dash_clientside.no_update;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");

  function themeNow(kept) {
    return kept || (prefersDark.matches ? "dark" : "light");
  }
  try {
    document.documentElement.dataset.mantineColorScheme = themeNow(JSON.parse(localStorage.getItem("theme")));
  } catch {
    document.documentElement.dataset.mantineColorScheme = themeNow();
  }

  // Changes the address; pages follow it.
  function go(address, replace) {
    if (address === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"]({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }
  function set(changes, replace) {
    const parameters = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes))
      if (value) parameters.set(name, value);
      else parameters.delete(name);
    const search = parameters.toString();
    go(location.pathname + (search ? "?" + search : ""), replace);
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (event.target.closest("#panel-close")) return set({ person: null });
    if (event.target.closest(".choose-files")) return choose();
    const link = event.target.closest("a[href^='/']");
    if (!link || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, [contenteditable]");
    if (event.key === "Escape" && !typing && new URLSearchParams(location.search).get("person"))
      return set({ person: null });
    if (event.key === "/" && !typing) {
      const search = document.getElementById("people-search");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
    if (event.key === "Enter" && event.target.matches(".ag-cell")) {
      const row = event.target.closest(".ag-row")?.getAttribute("row-id");
      if (row) set({ person: row });
    }
  });

  // The pages are a row that moves sideways, where the screen is narrow: a phone, or a phone turned.
  function showCurrent() {
    const link = document.querySelector("#pages a[aria-current]");
    if (!link) return;
    const row = link.parentElement;
    row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }
  window.addEventListener("resize", showCurrent);

  let opened = null; // what had the focus when the panel opened
  let openings = 0;
  function focusPanel(person) {
    const opening = ++openings;
    if (person) {
      opened = opened || document.activeElement;
      let until = Date.now() + 60000;
      let found = false;
      const wait = () => {
        if (opening !== openings) return;
        const close = document.querySelector("#panel:not([hidden]) .close");
        // The panel may be drawn once more just after it came, which takes the focus from what had it.
        if (close && (!found || document.activeElement === document.body)) {
          close.focus({ preventScroll: true });
          if (!found) until = Date.now() + 2000;
          found = true;
        }
        if (Date.now() < until) setTimeout(wait, 50);
      };
      wait();
    } else if (opened) {
      if (opened.isConnected) opened.focus({ preventScroll: true });
      opened = null;
    }
  }

  // A finger on a figure scrolls the page; without this it would draw a box to zoom into. A tap still tells of a point.
  document.addEventListener(
    "touchstart",
    (event) => {
      if (event.target.closest?.(".draglayer")) event.stopPropagation();
    },
    { capture: true, passive: true },
  );

  // ---- files ----
  function choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.addEventListener("change", () => send([...input.files]));
    input.click();
  }
  async function send(files) {
    const say = (children) => window.dash_clientside.set_props("ingest-received", { children });
    for (const [at, file] of files.entries()) {
      say(`Receiving ${file.name} (${at + 1} of ${files.length})`);
      const answer = await fetch("/files", {
        method: "POST",
        headers: { "X-File-Name": encodeURIComponent(file.name), "Content-Type": "application/octet-stream" },
        body: file,
      });
      if (!answer.ok) return say(`${file.name}: ${await answer.text()}`);
    }
    if (files.length) await fetch("/ingest", { method: "POST" });
    say("");
  }
  for (const kind of ["dragover", "drop"])
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // a file dropped beside the zone must not replace the page
      const zone = document.querySelector(".drop");
      zone?.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && zone) send([...event.dataTransfer.files]);
    });

  // ---- what Dash calls ----
  let generation = null; // the publication that the page shows
  let catchings = 0;
  let catching = null;
  let asking = null; // the question that the page was asked last
  let filtering = null; // the filter in it
  let everybody = false;
  let chosenFrom = {}; // the question and the ticked rows that the choice was made from
  let refreshed = 0;
  let lastOrder = "";
  async function newestGeneration() {
    const answer = await fetch("/generation");
    return answer.ok ? answer.json() : generation;
  }
  // A step back, or a link: the field and the filter's builder say what is asked now. Who types is not interrupted.
  function follow(live, question) {
    const [field, name] = live.field;
    const value = question.get(name) || "";
    const input = document.getElementById(field);
    if (input !== document.activeElement && input.value !== value) window.dash_clientside.set_props(field, { value });
    if (question.get("filter") === filtering) return;
    filtering = question.get("filter");
    window.dash_clientside.set_props("filter-asked", { data: filtering || "" });
  }
  // After an edit or a click on the news the page reads what is published by now. A merge is published later, out of
  // sight: that is news again, however soon it comes.
  function catchUp() {
    catchings += 1;
    catching = newestGeneration().then((newest) => {
      generation = newest;
      window.dash_clientside.set_props("news", { hidden: true });
    });
  }
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    linkstrata: {
      theme(clicks, kept) {
        const before = themeNow(kept);
        const now = clicks ? (before === "dark" ? "light" : "dark") : before;
        return [clicks ? now : kept, now, now === "dark" ? "Light" : "Dark"];
      },
      move(href, theme, news, edited, shown, person) {
        const address = new URL(href || location.href);
        const parameters = new URLSearchParams(address.search);
        const now = parameters.get("person");
        for (const link of document.querySelectorAll("#pages a"))
          if (link.getAttribute("href") === address.pathname) link.setAttribute("aria-current", "page");
          else link.removeAttribute("aria-current");
        showCurrent();
        parameters.delete("person");
        if (address.pathname === "/people" && !parameters.has("columns") && localStorage.getItem(COLUMNS_KEPT))
          parameters.set("columns", localStorage.getItem(COLUMNS_KEPT));
        const search = parameters.toString();
        const live = LIVE[address.pathname];
        const question = new URLSearchParams();
        for (const name of ["owner", ...(live?.asks || [])])
          if (parameters.get(name)) question.set(name, parameters.get(name));
        for (const name of live?.parameters || []) parameters.delete(name);
        const key = [address.pathname, parameters.toString(), theme, news, live ? 0 : edited].join(" ");
        const trigger = window.dash_clientside.callback_context.triggered_id;
        if (trigger === "edited" || trigger === "show-news") catchUp();
        if (now !== (person || null)) focusPanel(now);
        const refused = document.querySelector("#page > .nothing"); // a filter that could not be used: made anew
        if (shown && shown.key === key && !refused) {
          // Asked only what is new: the grid drops its rows for it, and takes the focus while it fills again.
          if (live && document.getElementById(live.field[0]) && asking !== question.toString()) {
            asking = question.toString();
            window.dash_clientside.set_props(live.store, { data: asking });
            follow(live, question);
          }
          return [no_update(), now === (person || null) ? no_update() : now];
        }
        if (!shown || shown.path !== address.pathname) {
          scrollTo(0, 0);
          if (shown) document.getElementById("page")?.focus({ preventScroll: true });
        }
        asking = question.toString();
        filtering = question.get("filter");
        return [{ key, path: address.pathname, search, theme }, now === (person || null) ? no_update() : now];
      },
      async look() {
        const caught = catchings;
        await catching;
        const newest = await newestGeneration();
        if (caught !== catchings) return no_update();
        generation ??= newest;
        return newest === generation;
      },
      search(value) {
        set({ q: (value || "").trim() }, true);
      },
      columns(chosen) {
        const said = (chosen || []).join(",");
        if (!said) return;
        localStorage.setItem(COLUMNS_KEPT, said);
        set({ columns: said }, true);
      },
      order(asked) {
        if (!asked) return;
        const [by] = asked.sortModel || [];
        const order = by ? (by.sort === "desc" ? "-" : "") + by.colId : "";
        const said = order === "full_name" ? "" : order; // as it is where nobody asked for another
        if (said !== lastOrder) set({ sort: said }, true);
        lastOrder = said;
      },
      company(value) {
        set({ company: (value || "").trim() }, true);
      },
      days(chosen) {
        const [from, to] = chosen || [];
        if (from && to) set({ from, to, span: null });
      },
      ask_again() {
        if (!document.getElementById("people-grid")) return;
        refreshed = Date.now();
        window.dash_ag_grid.getApiAsync("people-grid").then((api) => api.purgeInfiniteCache());
      },
      chosen(selected, all, question) {
        const trigger = window.dash_clientside.callback_context.triggered_id;
        const ticked = (selected || []).map((row) => row.owner + "/" + row.person_id).join(" ");
        // After an edit the grid fetches its rows anew and tells of them, though nobody chose otherwise.
        if (trigger === "people-all" && all > 0) everybody = !everybody;
        else if (question !== chosenFrom.question) everybody = false;
        else if (ticked !== chosenFrom.ticked && Date.now() - refreshed > 3000) everybody = false;
        chosenFrom = { question, ticked };
        const button = document.getElementById("people-all");
        button?.setAttribute("aria-pressed", String(everybody));
        const count = (selected || []).length;
        const said = everybody ? "All that match are chosen" : count ? `${count.toLocaleString("en")} chosen` : "Nobody chosen";
        return [said, everybody];
      },
    },
  });

  // ---- the grid's look and cells ----
  // On a narrow screen a row has two lines, the name and under it the work, so that those columns need not be shown.
  const narrow = matchMedia("(max-width: 900px)");
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.linkstrataFit = ({ api }) => {
    if (!narrow.matches) return;
    api.setColumnsVisible(["company", "position"], false);
    api.setColumnWidths([{ key: "full_name", newWidth: Math.min(innerWidth - 160, 320) }]);
  };
  functions.linkstrataDay = (value) => {
    if (!value) return "";
    const [year, month, day] = value.split("-");
    return `${Number(day)} ${MONTHS[month - 1]} ${year}`;
  };
  functions.linkstrataTheme = (quartz) =>
    quartz.withParams({
      backgroundColor: "var(--paper)",
      foregroundColor: "var(--ink)",
      headerBackgroundColor: "var(--paper)",
      headerTextColor: "var(--quiet)",
      headerFontWeight: 600,
      borderColor: "var(--line)",
      rowHoverColor: "color-mix(in srgb, var(--connections) 7%, var(--paper))",
      selectedRowBackgroundColor: "color-mix(in srgb, var(--connections) 14%, var(--paper))",
      accentColor: "var(--connections)",
      fontFamily: "inherit",
      fontSize: 13.5,
      rowHeight: narrow.matches ? 54 : 34,
      wrapperBorderRadius: 10,
      cellHorizontalPadding: 12,
      columnBorder: false,
    });

  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (...given) => window.React.createElement(...given);
  cells.PersonName = ({ data, value }) => {
    if (!data) return null;
    const parameters = new URLSearchParams(location.search);
    parameters.set("person", `${data.owner}/${data.person_id}`);
    const name = make(
      "a",
      { href: "/people?" + parameters, className: "person", tabIndex: -1 },
      value || "without a name",
    );
    if (!narrow.matches) return name;
    const works = [data.position, data.company].filter(Boolean).join(" at ");
    return make("div", { className: "two-lines" }, name, make("span", {}, works));
  };
  cells.Segment = ({ value, names }) =>
    value ? make("span", { className: "segment" }, make("i", { className: "swatch " + value }), names[value]) : null;
  cells.FollowState = ({ value }) => (value ? make("span", { className: "state " + value }, value) : null);
  cells.Tags = ({ value }) =>
    make("span", { className: "tags", title: (value || []).join(", ") }, ...(value || []).map((name) => make("span", { className: "tag", key: name }, name)));
})();
