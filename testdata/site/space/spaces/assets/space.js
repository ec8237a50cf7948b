"use strict";

// Events of the API, as they come: if they arrive late or together, something between here and Django buffers.
const events = document.getElementById("events");
const state = document.getElementById("state");
const source = new EventSource("/api/events");

source.onopen = () => { state.textContent = "Connected to /api/events"; };
source.onerror = () => { state.textContent = "Not connected to /api/events"; };
source.onmessage = (event) => {
  const item = document.createElement("li");
  item.textContent = `${new Date().toLocaleTimeString()}  ${event.data}`;
  events.prepend(item);
};
