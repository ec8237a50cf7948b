// The administration under /god-mode/. Its pages are behind "#": the distribution's error page for a path that is no file
// is the application of /, not this one.

const list = document.getElementById("instance");
const outcome = document.getElementById("outcome");
const files = document.getElementById("files");
const filesState = document.getElementById("files-state");

// ask returns what a JSON API answers, and fails with who answered in its place, or what it says is wrong.
async function ask(path, options) {
  const response = await fetch(path, options);
  const source = `${response.status} from ${response.headers.get("server") ?? "an unnamed server"}`;
  const facts = response.headers.get("content-type")?.startsWith("application/json") ? await response.json() : null;
  if (response.ok && facts) {
    return facts;
  }
  throw new Error(facts?.error ? `${source}: ${facts.error}` : response.ok ? `${source}, and no JSON` : source);
}

function show(facts) {
  list.replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

function element(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

async function instance() {
  try {
    show(await ask("/api/instances/"));
  } catch (error) {
    show({ Status: error.message });
  }
}

async function attachments() {
  filesState.textContent = "asking /api/attachments/";
  files.hidden = true;
  try {
    const { attachments } = await ask("/api/attachments/");
    files.tBodies[0].replaceChildren(...attachments.map((a) => {
      const row = document.createElement("tr");
      row.append(...[a.name, a.owner, a.size, a.sha256].map((text) => element("td", text)));
      return row;
    }));
    files.hidden = attachments.length === 0;
    filesState.textContent = attachments.length === 0 ? "Nobody has sent a file yet." : "";
  } catch (error) {
    filesState.textContent = error.message;
  }
}

// As single-page applications do it with Django: the token goes back in a header.
async function rename(name) {
  const token = await ask("/auth/get-csrf-token/");
  return ask("/api/instances/rename/", {
    method: "POST",
    headers: { "X-CSRFToken": token.csrf_token },
    body: new URLSearchParams({ name }),
  });
}

document.getElementById("rename").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    show(await rename(event.target.name.value));
    outcome.textContent = "Renamed";
  } catch (error) {
    outcome.textContent = `Not renamed: ${error.message}`;
  }
});

const pages = [...document.querySelectorAll("[data-route]")];
const beginnings = { "#/": instance, "#/files": attachments };

function route() {
  const page = pages.find((p) => p.dataset.route === location.hash) ?? pages[0];
  pages.forEach((p) => { p.hidden = p !== page; });
  for (const link of document.querySelectorAll("nav a")) {
    link.ariaCurrent = link.hash === page.dataset.route ? "page" : null;
  }
  beginnings[page.dataset.route]();
  return page;
}

addEventListener("hashchange", () => route().querySelector("h1").focus());
route();
