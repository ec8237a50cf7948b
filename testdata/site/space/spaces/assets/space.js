"use strict";

// A room over WebSocket, and the server's clock as server-sent events: if they arrive late or together, something
// between here and Django buffers.
const state = document.getElementById("state");
const clock = document.getElementById("clock");
const messages = document.getElementById("messages");
const form = document.getElementById("say");
const button = form.querySelector("button");

const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/live/rooms/lobby/`);

socket.onmessage = (event) => {
  const message = JSON.parse(event.data);
  if (message.type === "welcome") {
    state.textContent = `You are ${message.you} in the lobby`;
    button.disabled = false;
    return;
  }
  const item = document.createElement("li");
  item.textContent = `${message.by}: ${message.text}`;
  messages.prepend(item);
};

socket.onclose = (event) => {
  state.textContent = `Not connected to /live/rooms/lobby/ (${event.code})`;
  button.disabled = true;
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ text: form.text.value }));
  form.reset();
});

const time = new EventSource("/live/events/");
time.addEventListener("time", (event) => { clock.textContent = event.data; });
time.onerror = () => { clock.textContent = "not heard"; };
