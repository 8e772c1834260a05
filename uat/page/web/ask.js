// The line to uat: the newest request counts, and a lost connection is made again.

export class Line {
  constructor(busy, stale) {
    this.busy = busy; // called with true when an answer takes its time
    this.stale = stale; // called with true when what is shown is not what was asked for
    this.number = 0;
    this.waiting = null; // the newest request that has no last answer yet
  }

  // Ask for a scene; `answered` gets {answer}, {more, answer} or {error}. An older request is dropped.
  ask(scene, words, answered) {
    const id = (this.number += 1);
    this.waiting = { request: { id, scene, words }, answered };
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.busy(Boolean(this.waiting)), 300);
    this.send();
  }

  receive(message) {
    const waiting = this.waiting;
    const about = message.more ?? message.id;
    if (!waiting || (about !== null && about !== waiting.request.id)) return;
    if (message.more === undefined) {
      this.waiting = null;
      this.busy(false);
    }
    this.stale("error" in message);
    waiting.answered(message);
  }
}

// The line of a page: a websocket to its server.
export class Socket extends Line {
  constructor(token, changed, busy, stale) {
    super(busy, stale);
    this.token = token;
    this.changed = changed; // called with "open" or "closed"
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`ws://${location.host}/ask?token=${this.token}`);
    this.socket.onopen = () => {
      this.changed("open");
      if (this.waiting) this.send();
    };
    this.socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      this.changed("closed");
      if (event.code === 1009 && this.waiting) {
        this.receive({ id: null, error: "the message is too long" });
      }
      setTimeout(() => this.connect(), 1000);
    };
  }

  send() {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(this.waiting.request));
  }

  // Ask for a file, and return its blob; an error is thrown as one line.
  async file(scene, words, form, language, theme) {
    const response = await fetch(`/file?token=${this.token}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: 0, scene, words, file: form, language, theme }),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.blob();
  }
}

// The line of a notebook: messages of its widget to the kernel, which answers one after the other,
// so the next is sent when the last is answered.
export class Kernel extends Line {
  constructor(model, busy, stale) {
    super(busy, stale);
    this.model = model;
    this.number = Math.floor(Math.random() * 2 ** 40); // another view of the widget has other numbers
    this.sent = null; // the number of the request that the kernel works on
    this.files = new Map(); // of each file that was asked for, what is done with it
    this.listen = (message) => this.hear(message);
    model.on("msg:custom", this.listen);
  }

  send() {
    if (this.sent !== null) return;
    this.sent = this.waiting.request.id;
    this.model.send(this.waiting.request);
  }

  hear(message) {
    if (this.files.has(message.id)) {
      this.files.get(message.id)(message);
      this.files.delete(message.id);
      return;
    }
    const last = message.id === this.sent;
    if (last) this.sent = null;
    this.receive(message);
    if (last && this.waiting) this.send();
  }

  async file(scene, words, form, language, theme) {
    const id = (this.number += 1);
    const answered = new Promise((done) => this.files.set(id, done));
    this.model.send({ id, scene, words, file: form, language, theme });
    const { error, type, base64 } = await answered;
    if (error !== undefined) throw new Error(error);
    return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
  }

  close() {
    this.model.off("msg:custom", this.listen);
  }
}
