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

load();
