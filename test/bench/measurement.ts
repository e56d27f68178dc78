/** One measured number, with the bar that it is held against where there is one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "%" | "MB" | "times" | "count" | "per second";
  readonly bar?: Bar;
  /** What one has to know to read the number. */
  readonly note?: string;
}

export interface Bar {
  readonly must: "be below" | "be at least" | "be";
  readonly limit: number;
}

export interface BenchSettings {
  /** `quick` takes fewer samples over shorter times. */
  readonly pace: "full" | "quick";
  /** Folder for CPU profiles of the bridge processes. */
  readonly profileFolder: string | undefined;
  /** Says what is going on. */
  readonly tell: (text: string) => void;
}

export type Measure = (settings: BenchSettings) => Promise<readonly Figure[]>;

/** Whether a figure reaches its bar; undefined without a bar. */
export function passes({ value, bar }: Figure): boolean | undefined {
  switch (bar?.must) {
    case "be below":
      return value < bar.limit;
    case "be at least":
      return value >= bar.limit;
    case "be":
      return value === bar.limit;
    default:
      return undefined;
  }
}

export const below = (limit: number): Bar => ({ must: "be below", limit });
export const exactly = (limit: number): Bar => ({ must: "be", limit });

export function full<Value>({ pace }: BenchSettings, value: Value, quickValue: Value): Value {
  return pace === "full" ? value : quickValue;
}
