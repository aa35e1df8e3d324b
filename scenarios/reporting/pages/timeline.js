// A timeline of calls: who asked whom what, how long, what was made to go wrong and what it led to.
// Rows come as `scenarios/timeline.py` makes them; the bytes of a call are fetched when it is opened.
function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

class Timeline {
  // `bytes(row)` gives a promise of four texts; `heading(row)` what stands above a group of calls.
  constructor(holder, { bytes, heading }) {
    this.holder = holder;
    this.bytes = bytes;
    this.heading = heading;
    this.groups = [];
    this.rows = new Map();
  }

  add(rows) {
    for (const row of rows) {
      const heading = this.heading(row);
      let group = this.groups.at(-1);
      if (!group || group.heading !== heading) {
        group = { heading, title: element("div", heading, "step"), calls: [], from: row.began, to: 0 };
        this.groups.push(group);
        this.holder.append(group.title);
      }
      const line = this.line(row);
      this.rows.set(row.number, { row, line });
      group.calls.push({ row, line });
      group.from = Math.min(group.from, row.began);
      group.to = Math.max(group.to, row.began + row.took);
      this.holder.append(line);
    }
    for (const group of this.groups) {
      if (group.drawn === group.calls.length) continue;
      const span = Math.max(group.to - group.from, 0.01);
      for (const { row, line } of group.calls) {
        const bar = line.querySelector(".bar i");
        bar.style.left = `${Math.min(99, ((row.began - group.from) / span) * 100)}%`;
        bar.style.width = `${(row.took / span) * 100}%`;
      }
      group.drawn = group.calls.length;
    }
  }

  line(row) {
    const made = element("details", undefined, row.fault ? "call broken" : "call");
    const summary = element("summary");
    summary.append(element("span", row.number, "number"));
    const who = element("span", undefined, `who ${row.party.replace(/\W+/g, "-")}`);
    who.append(element("b", row.party), ` → ${row.service}`);
    const what = element("span", row.operation, "what");
    if (row.documents.length) {
      const more = row.documents.length > 3 ? `, … (${row.documents.length})` : "";
      what.append(" ", element("span", row.documents.slice(0, 3).join(", ") + more, "document"));
    }
    if (row.fault) what.append(" ", element("span", `fault: ${row.fault}`, "fault"));
    const bar = element("span", undefined, "bar");
    bar.append(element("i"));
    bar.title = `${row.clock} on the clock`;
    const took = element("span", `${row.outcome}, ${row.took < 10 ? row.took.toFixed(1) : Math.round(row.took)} ms`, "took");
    summary.append(who, what, bar, took);
    if (row.led) summary.append(element("span", row.led, "led"));
    made.append(summary);
    made.addEventListener("toggle", () => this.open(made, row));
    return made;
  }

  async open(made, row) {
    if (!made.open || made.childElementCount > 1) return;
    const holder = element("div", undefined, "bytes");
    made.append(holder);
    const [asked, sent, answered, got] = await this.bytes(row);
    for (const [title, head, body] of [["Request", asked, sent], ["Answer", answered, got]]) {
      const side = element("div");
      side.append(element("span", title, "quiet"), element("pre", body ? `${head}\n${body}` : head));
      holder.append(side);
    }
  }

  led(number, text) {
    const found = this.rows.get(number);
    if (!found || found.row.led === text) return;
    found.row.led = text;
    const summary = found.line.firstElementChild;
    summary.querySelector(".led")?.remove();
    summary.append(element("span", text, "led"));
  }

  // Shows the calls that fit; returns how many.
  filter(fits) {
    let shown = 0;
    for (const group of this.groups) {
      let some = false;
      for (const { row, line } of group.calls) {
        const good = fits(row);
        line.hidden = !good;
        some ||= good;
        shown += good;
      }
      group.title.hidden = !some;
    }
    return shown;
  }

  forget(count) {
    while (this.rows.size > count) {
      const group = this.groups[0];
      const { row, line } = group.calls.shift();
      line.remove();
      this.rows.delete(row.number);
      if (!group.calls.length) {
        group.title.remove();
        this.groups.shift();
      }
    }
  }
}
