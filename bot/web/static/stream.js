// The live line. EventSource reconnects and resumes by itself; we only notice silence.

const SILENCE_MS = 40_000; // the server speaks at least every 15 s
const RETRY_MS = 2_000;

export class Stream {
  /**
   * @param {{line: Function, clock: Function, reset: Function, online: Function}} on
   *   callbacks; `online` receives whether the line is up.
   */
  constructor(on) {
    this.on = on;
    this.lastId = "";
  }

  open(cursor) {
    this.lastId = cursor;
    this.#connect();
  }

  #connect() {
    this.source?.close();
    const source = new EventSource(`/api/events?after=${encodeURIComponent(this.lastId)}`);
    this.source = source;
    const heard = (handle) => (event) => {
      if (event.lastEventId) this.lastId = event.lastEventId;
      this.on.online(true);
      this.#watch();
      handle(JSON.parse(event.data));
    };
    source.addEventListener("line", heard(this.on.line));
    source.addEventListener("clock", heard(this.on.clock));
    source.addEventListener("reset", heard(this.on.reset));
    source.addEventListener("error", () => {
      this.on.online(false);
      // A refused connection is closed for good by the browser; a broken one is retried by it.
      if (source.readyState === EventSource.CLOSED) this.#reconnectSoon();
    });
    this.#watch();
  }

  #watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.on.online(false);
      this.#connect();
    }, SILENCE_MS);
  }

  #reconnectSoon() {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.#connect(), RETRY_MS);
  }
}
