const KEPT = 1000;
const EVERY = 1000; // milliseconds
const [search, number, fault, party, pause] = ["search", "document", "fault", "party", "pause"].map(
  (name) => document.getElementById(name));
const timeline = new Timeline(document.getElementById("calls"), {
  bytes: async (row) => {
    const answer = await fetch(`calls/${row.number}`);
    return answer.ok ? answer.json() : ["This call is no longer kept.", "", "", ""];
  },
  heading: (row) => row.clock,
});
let newest = 0;
let trouble = "";

function fitting(row) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [row.operation, row.party, row.service, ...row.documents].join(" ").toLowerCase();
  return words.every((word) => text.includes(word))
    && (!number.value || row.documents.includes(number.value))
    && (!party.value || row.party === party.value)
    && (!fault.value || (fault.value === "*" ? row.fault : row.fault === fault.value));
}

function offer(select, names) {
  const known = new Set([...select.options].map((option) => option.value));
  for (const name of names) if (name && !known.has(name)) { select.append(new Option(name)); known.add(name); }
}

function filter() {
  const shown = timeline.filter(fitting);
  document.getElementById("nothing").hidden = timeline.rows.size > 0;
  document.getElementById("shown").textContent = `${shown} of ${timeline.rows.size} calls${trouble}`;
}

async function look() {
  try {
    const told = await (await fetch(`calls?after=${newest}`)).json();
    if (told.newest < newest) { location.reload(); return; }
    newest = told.newest;
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 40;
    timeline.add(told.calls);
    timeline.forget(KEPT);
    for (const [call, text] of Object.entries(told.led)) timeline.led(Number(call), text);
    for (const [call, count] of Object.entries(told.repeats)) repeated(Number(call), count);
    offer(party, told.calls.map((row) => row.party));
    offer(number, told.calls.flatMap((row) => row.documents));
    offer(fault, told.calls.map((row) => row.fault));
    trouble = "";
    filter();
    if (told.calls.length && atEnd) scrollTo(0, document.documentElement.scrollHeight);
  } catch {
    trouble = "; koppeling serve does not answer";
    filter();
  }
}

function repeated(call, count) {
  const what = timeline.rows.get(call)?.line.querySelector(".what");
  if (!what) return;
  const told = what.querySelector(".repeats") ?? what.appendChild(element("span", undefined, "repeats"));
  told.textContent = ` and ${count === 1 ? "once more" : `${count} times more`}`;
}

for (const one of [search, number, fault, party]) one.addEventListener("input", filter);
pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", paused);
  pause.textContent = paused ? "Go on" : "Pause";
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "SELECT"].includes(document.activeElement.tagName)) {
    event.preventDefault();
    search.focus();
  }
});
(async () => {
  for (;;) {
    if (pause.getAttribute("aria-pressed") !== "true" && !document.hidden) await look();
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
})();
