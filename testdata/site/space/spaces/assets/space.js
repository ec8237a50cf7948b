// Rooms over WebSocket, one for each name behind "#", and the server's clock as server-sent events: if its seconds arrive
// late or together, something between here and Django buffers.

const state = document.getElementById("state");
const clock = document.getElementById("clock");
const messages = document.getElementById("messages");
const form = document.getElementById("say");
const button = form.querySelector("button");

let socket;
let patience = 1000; // milliseconds until the next try to connect

function enter(room) {
  const here = new WebSocket(`${location.origin.replace(/^http/, "ws")}/live/rooms/${encodeURIComponent(room)}/`);
  socket?.close();
  socket = here;
  state.textContent = `Connecting to /live/rooms/${room}/`;
  button.disabled = true;

  here.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.type === "welcome") {
      state.textContent = `You are ${message.you} in the ${room}`;
      button.disabled = false;
      patience = 1000;
      return;
    }
    const item = document.createElement("li");
    item.className = message.type;
    item.textContent = {
      said: `${message.by}: ${message.text}`,
      came: `${message.by} has come in`,
      left: `${message.by} has left`,
    }[message.type];
    messages.prepend(item);
    while (messages.children.length > 100) {
      messages.lastChild.remove();
    }
  };

  here.onclose = (event) => {
    if (here !== socket) {
      return; // Another room has been entered.
    }
    state.textContent = `Not connected to /live/rooms/${room}/ (${event.code}); trying again`;
    button.disabled = true;
    setTimeout(() => here === socket && enter(room), patience);
    patience = Math.min(2 * patience, 30000);
  };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ text: form.text.value }));
  form.reset();
});

function route() {
  const room = location.hash.match(/^#\/([\w-]{1,50})$/)?.[1] ?? "lobby";
  messages.replaceChildren();
  for (const link of document.querySelectorAll("nav a")) {
    link.ariaCurrent = link.hash === `#/${room}` ? "page" : null;
  }
  enter(room);
}

const time = new EventSource("/live/events/");
time.addEventListener("time", (event) => { clock.textContent = event.data; });
time.onerror = () => { clock.textContent = "not heard"; };

addEventListener("hashchange", route);
route();
