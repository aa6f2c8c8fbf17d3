"use strict";

// The sign-in page: the token of the link goes into the form, nothing happens until it is sent.
const token = document.getElementById("token");
if (token) token.value = new URLSearchParams(location.search).get("token") ?? "";

const rows = document.getElementById("rows");
if (rows) start();

function start() {
  const statuses = [["online", "●"], ["degraded", "◐"], ["offline", "○"], ["unknown", "◌"]];
  const icons = Object.fromEntries(statuses);
  const words = {
    never_heard: "no beat yet", mesh_down: "the federation has lost the mesh", silent: "no beat when one was due",
    stopped: "said goodbye", self_reported: "says so itself", clock_skew: "its clock is off",
    probe_failed: "beats, but its /readyz fails", url_differs: "reports another address",
  };
  const projects = new Map();
  const filter = document.getElementById("filter");
  const stream = document.getElementById("stream");
  const empty = document.getElementById("empty");
  filter.value = new URLSearchParams(location.search).get("q") ?? "";

  const cell = (kind, ...parts) => {
    const it = document.createElement("td");
    it.className = kind;
    it.append(...parts);
    return it;
  };
  const span = (kind, text) => Object.assign(document.createElement("span"), { className: kind, textContent: text });

  function age(moment) {
    if (!moment) return "never";
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(moment)) / 1000));
    if (seconds < 120) return `${seconds} s ago`;
    if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
    if (seconds < 172800) return `${Math.round(seconds / 3600)} h ago`;
    return `${Math.round(seconds / 86400)} days ago`;
  }

  function row(project) {
    const it = document.createElement("tr");
    it.dataset.slug = project.slug;
    const own = project.report?.reasons ?? [];
    const why = project.status_reasons.map((reason) => words[reason] ?? reason).concat(own).join(" · ");
    const name = project.name.toLowerCase() === project.slug ? "" : ` ${project.name}`;
    it.append(
      cell(`status ${project.status}`, `${icons[project.status]} ${project.status}`),
      cell("project", span("slug", project.slug), span("name", name)),
      cell("tags", project.tags.join(", ")),
      cell("number age", age(project.last_heartbeat_at)),
      cell("why", why),
    );
    return it;
  }

  function draw(changed) {
    const text = filter.value.trim().toLowerCase();
    const shown = [...projects.values()]
      .filter((it) => `${it.slug} ${it.name} ${it.tags.join(" ")} ${it.status}`.toLowerCase().includes(text))
      .sort((a, b) => a.slug.localeCompare(b.slug));
    rows.replaceChildren(...shown.map(row));
    if (changed) rows.querySelector(`[data-slug="${changed}"]`)?.classList.add("changed");
    const count = (status) => [...projects.values()].filter((it) => it.status === status).length;
    document.getElementById("counts").replaceChildren(
      ...statuses.map(([status, icon]) => span(count(status) ? status : "none", `${icon} ${count(status)} ${status}`)),
    );
    empty.hidden = shown.length > 0;
    empty.textContent = projects.size
      ? `No project matches “${filter.value}”.`
      : "No projects yet. Add one with: commandcenter federation add atlas --name Atlas --hub-url https://atlas.example";
  }

  function tick() {
    for (const it of rows.children) {
      const project = projects.get(it.dataset.slug);
      it.querySelector(".age").textContent = age(project?.last_heartbeat_at);
    }
  }

  async function load() {
    const answer = await fetch("/api/fed/projects?limit=1000");
    if (answer.status === 401 || answer.status === 403) {
      document.querySelector("table").hidden = true;
      empty.hidden = false;
      empty.textContent = "You are not signed in. Open the one-time link that “commandcenter up” prints.";
      stream.textContent = "Not signed in";
      return false;
    }
    projects.clear();
    for (const project of await answer.json()) projects.set(project.slug, project);
    draw();
    return true;
  }

  function follow() {
    const source = new EventSource("/api/fed/stream");
    source.addEventListener("open", () => { stream.textContent = "● live"; load().catch(() => {}); });
    source.addEventListener("error", () => { stream.textContent = `Reconnecting, last good copy from ${new Date().toLocaleTimeString()}`; });
    source.addEventListener("project.changed", (message) => {
      const project = JSON.parse(message.data);
      projects.set(project.slug, project);
      draw(project.slug);
    });
    source.addEventListener("project.removed", (message) => {
      projects.delete(JSON.parse(message.data).slug);
      draw();
    });
  }

  filter.addEventListener("input", () => {
    const url = new URL(location.href);
    if (filter.value) url.searchParams.set("q", filter.value); else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    draw();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== filter) { event.preventDefault(); filter.focus(); }
    if (event.key === "Escape") filter.blur();
  });
  setInterval(tick, 1000);
  // Beats change no status and so send no event: their times are read again now and then.
  setInterval(() => load().catch(() => {}), 15000);
  load().then((signedIn) => { if (signedIn) follow(); }).catch(() => { stream.textContent = "The server does not answer"; });
}
