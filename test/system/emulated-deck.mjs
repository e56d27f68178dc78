import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const KEYS = { MK2: 15, XL: 32 };

/**
 * The far end of an emulated Stream Deck: fingers, the plug, and what is seen on its keys. Its key numbers begin
 * with 0.
 */
export class EmulatedDeck {
  /** The last picture on each key, as a fingerprint. */
  pictures = new Map();
  /** How many pictures arrived on each key since it was plugged in. */
  painted = new Map();
  imageCount = 0;
  malformedCount = 0;
  brightness;
  #socket;
  #unread = "";

  static async connect({ model, serialNumber, control }) {
    const deck = new EmulatedDeck();
    Object.assign(deck, { model, serialNumber, keyCount: KEYS[model] });
    deck.#socket = connect(control);
    deck.#socket.on("data", (text) => deck.#read(text));
    await once(deck.#socket, "connect");
    return deck;
  }

  press(key) {
    this.#say({ cmd: "press", key });
  }

  release(key) {
    this.#say({ cmd: "release", key });
  }

  unplug() {
    this.#say({ cmd: "unplug" });
  }

  plug() {
    this.pictures.clear();
    this.painted.clear();
    this.#say({ cmd: "plug" });
  }

  disconnect() {
    this.#socket.destroy();
  }

  /** Every key was written since it was plugged in, and all of them show what they should. */
  shows(expected) {
    return (
      this.pictures.size === this.keyCount &&
      [...expected].every(([key, sha1]) => this.pictures.get(key) === sha1)
    );
  }

  /** The pictures on all keys once nothing has changed for a while. */
  async settledPictures(quietMs = 700) {
    for (let before = -1; before !== this.imageCount || this.pictures.size < this.keyCount; ) {
      before = this.imageCount;
      await pause(quietMs);
    }
    return new Map(this.pictures);
  }

  #say(command) {
    this.#socket.write(`${JSON.stringify(command)}\n`);
  }

  #read(text) {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop();
    for (const { ev, key, sha1, value } of lines.map((line) => JSON.parse(line))) {
      if (ev === "brightness") this.brightness = value;
      if (ev === "bad") this.malformedCount += 1;
      if (ev !== "image") continue;
      this.imageCount += 1;
      this.pictures.set(key, sha1);
      this.painted.set(key, (this.painted.get(key) ?? 0) + 1);
    }
  }
}
