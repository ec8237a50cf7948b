"use strict";

const list = document.getElementById("instance");

function show(facts) {
  list.replaceChildren(...Object.entries(facts).flatMap(([name, value]) => {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = String(value);
    return [term, text];
  }));
}

async function load() {
  const response = await fetch("/api/instances/");
  if (!response.headers.get("content-type")?.startsWith("application/json")) {
    show({ Status: `${response.status}, and no JSON: is Django mapped to ALB-api?` });
    return;
  }
  show(await response.json());
}

// As single-page applications do it with Django: the token goes back in a header.
async function rename(name) {
  const token = await (await fetch("/auth/get-csrf-token/")).json();
  const response = await fetch("/api/instances/rename/", {
    method: "POST",
    headers: { "X-CSRFToken": token.csrf_token },
    body: new URLSearchParams({ name }),
  });
  if (!response.ok) {
    throw new Error(`${response.status} from ${response.headers.get("server") ?? "an unnamed server"}`);
  }
  show(await response.json());
}

document.getElementById("rename").addEventListener("submit", async (event) => {
  event.preventDefault();
  const outcome = document.getElementById("outcome");
  try {
    await rename(event.target.name.value);
    outcome.textContent = "Renamed";
  } catch (error) {
    outcome.textContent = `Not renamed: ${error.message}`;
  }
});

load();
