// The line to uat: the newest request counts, and a lost connection is made again.

export class Line {
  constructor(token, changed, busy, stale) {
    this.busy = busy; // called with true when an answer takes its time
    this.stale = stale; // called with true when what is shown is not what was asked for
    this.token = token;
    this.changed = changed; // called with "open" or "closed"
    this.number = 0;
    this.waiting = null; // the newest request that has no last answer yet
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`ws://${location.host}/ask?token=${this.token}`);
    this.socket.onopen = () => {
      this.changed("open");
      if (this.waiting) this.socket.send(this.waiting.text);
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

  // Ask for a scene; `answered` gets {answer}, {more, answer} or {error}. An older request is dropped.
  ask(scene, words, answered) {
    const id = (this.number += 1);
    const text = JSON.stringify({ id, scene, words });
    this.waiting = { id, text, answered };
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.busy(Boolean(this.waiting)), 300);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  receive(message) {
    const waiting = this.waiting;
    const about = message.more ?? message.id;
    if (!waiting || (about !== null && about !== waiting.id)) return;
    if (message.more === undefined) {
      this.waiting = null;
      this.busy(false);
    }
    this.stale("error" in message);
    waiting.answered(message);
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
