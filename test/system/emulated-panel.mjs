import { once } from "node:events";
import { connect } from "node:net";

const KEY_COUNT = 24;
const COLUMN_COUNT = 4;
const ROW_COUNT = 6;
/** Set the lamp of an index (column x 8 + row, red ones 32 further on), and set all of one colour. */
const LAMP = "b5";
const ALL = "b6";

/** The far end of an emulated X-keys XK-24: fingers, the plug, and its lamps. Keys are counted from 1, row by row. */
export class EmulatedPanel {
  /** Index to state, as it was last written since it was plugged in. */
  lamps = new Map();
  /** How many reports arrived since it was plugged in. */
  reportCount = 0;
  #socket;
  #unread = "";

  static async connect({ control }) {
    const panel = new EmulatedPanel();
    panel.#socket = connect(control);
    panel.#socket.on("data", (text) => panel.#read(text));
    await once(panel.#socket, "connect");
    return panel;
  }

  press(key) {
    this.#say({ cmd: "press", key: modelKey(key) });
  }

  release(key) {
    this.#say({ cmd: "release", key: modelKey(key) });
  }

  unplug() {
    this.#say({ cmd: "unplug" });
  }

  plug() {
    this.lamps.clear();
    this.reportCount = 0;
    this.#say({ cmd: "plug" });
  }

  disconnect() {
    this.#socket.destroy();
  }

  /** Every lamp of every key was written. */
  isPainted() {
    return [...Array(KEY_COUNT).keys()].every((key) =>
      [blueOf(key + 1), redOf(key + 1)].every((lamp) => this.lamps.has(lamp)),
    );
  }

  isRed(key) {
    return this.lamps.get(redOf(key)) === 1 && this.lamps.get(blueOf(key)) === 0;
  }

  isDark() {
    return [...this.lamps.values()].every((state) => state === 0);
  }

  #say(command) {
    this.#socket.write(`${JSON.stringify(command)}\n`);
  }

  #read(text) {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop();
    for (const { hex = "" } of lines.map((line) => JSON.parse(line))) {
      if (hex === "") continue;
      this.reportCount += 1;
      const [index, state] = [hex.slice(2, 4), hex.slice(4, 6)].map((byte) => Number.parseInt(byte, 16));
      if (hex.startsWith(LAMP)) this.lamps.set(index, state);
      if (hex.startsWith(ALL) && state === 0)
        for (const lamp of this.lamps.keys()) if (lamp >= 32 === (index === 1)) this.lamps.set(lamp, 0);
    }
  }
}

function blueOf(key) {
  return ((key - 1) % COLUMN_COUNT) * 8 + Math.floor((key - 1) / COLUMN_COUNT);
}

function redOf(key) {
  return blueOf(key) + 32;
}

/** The model counts column by column. */
function modelKey(key) {
  return ((key - 1) % COLUMN_COUNT) * ROW_COUNT + Math.floor((key - 1) / COLUMN_COUNT) + 1;
}
