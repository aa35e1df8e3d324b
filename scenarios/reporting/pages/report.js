const stories = [...document.querySelectorAll("details.story")];
const [search, state, number, fault, party] = ["search", "state", "document", "fault", "party"].map(
  (name) => document.getElementById(name));
const timelines = [];
let unpacking;

function fitting(row) {
  return (!number.value || row.documents.includes(number.value))
    && (!party.value || row.party === party.value);
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const story of stories) {
    const data = story.dataset;
    const good = words.every((word) => data.words.includes(word))
      && (!state.value || data.state === state.value)
      && (!number.value || data.documents.includes(`|${number.value}|`))
      && (!fault.value || data.faults.includes(`|${fault.value}|`));
    story.hidden = !good;
    shown += good;
  }
  document.getElementById("shown").textContent = `${shown} of ${stories.length} stories`;
  for (const timeline of timelines) timeline.filter(fitting);
}

function unpacked() {
  unpacking ??= (async () => {
    const text = document.getElementById("packed").textContent;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  })();
  return unpacking;
}

async function show(calls) {
  if (!calls.open || calls.childElementCount > 1) return;
  const holder = element("div");
  calls.append(holder);
  const { texts, calls: all } = await unpacked();
  const rows = all[calls.dataset.story];
  const sentences = [...calls.closest(".story").querySelectorAll(".sentence")].map((one) => one.textContent);
  const timeline = new Timeline(holder, {
    bytes: async (row) => row.texts.map((place) => texts[place]),
    heading: (row) => row.step ? `Step ${row.step}: ${sentences[row.step - 1]}` : "Setting up",
  });
  timeline.add(rows);
  timelines.push(timeline);
  const known = new Set([...party.options].map((option) => option.value));
  for (const name of new Set(rows.map((row) => row.party))) {
    if (!known.has(name)) party.append(new Option(name));
  }
  timeline.filter(fitting);
}

for (const one of [search, state, number, fault, party]) one.addEventListener("input", filter);
for (const calls of document.querySelectorAll("details.calls")) calls.addEventListener("toggle", () => show(calls));
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "SELECT"].includes(document.activeElement.tagName)) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === "Escape" && document.activeElement === search) {
    search.value = "";
    filter();
  }
});
// On paper every story that is shown is open.
const opened = new Set();
addEventListener("beforeprint", () => {
  for (const story of stories) {
    if (story.open || story.hidden) continue;
    story.open = true;
    opened.add(story);
  }
});
addEventListener("afterprint", () => {
  for (const story of opened) story.open = false;
  opened.clear();
});
filter();
