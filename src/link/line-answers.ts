import type { AnswerText, LineAnswer } from "./line-dialect.ts";

/** More answers than this are never owed to one peer: what is asked beyond is dropped. */
const MOST_OWED = 256;

interface Owed {
  text: AnswerText | undefined;
}

/** Keeps a peer's answers in the order of its commands: a slow one holds back the later ones. */
export class LineAnswers {
  readonly #send: (text: string) => void;
  readonly #owed: Owed[] = [];
  #given: (() => void)[] = [];

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  isFull(): boolean {
    return this.#owed.length >= MOST_OWED;
  }

  /** Resolves when nothing is owed. */
  whenGiven(): Promise<void> {
    return new Promise((resolve) => {
      this.#given.push(resolve);
      this.#sendReady();
    });
  }

  add(answer: LineAnswer): void {
    const owed: Owed = { text: typeof answer === "function" ? answer : undefined };
    this.#owed.push(owed);
    if (typeof answer !== "function") {
      void answer.then((text) => {
        owed.text = text;
        this.#sendReady();
      });
    }
    this.#sendReady();
  }

  /** The peer has gone: what is still owed is never sent. */
  close(): void {
    this.#owed.length = 0;
    this.#sendReady();
  }

  #sendReady(): void {
    for (let text = this.#owed[0]?.text; text !== undefined; text = this.#owed[0]?.text) {
      this.#owed.shift();
      const answer = text();
      if (answer !== "") this.#send(answer);
    }
    if (this.#owed.length === 0) for (const given of this.#given.splice(0)) given();
  }
}
