import type { Finding, Path } from "../../../src/base/document/finding.ts";
import { faultOfPattern } from "../framing/pattern.ts";
import { type Compiler, createCompiler } from "./compiler.ts";
import { compileControls, expandIds } from "./controls.ts";
import type { ProfileDocument, SendDocument } from "./document.ts";
import type { Ack, Poll, Profile, Sending } from "./profile.ts";
import { compileRule } from "./receive.ts";
import { compileSend } from "./send.ts";

const MOST_CONTROLS = 256;

/** Compiles a profile whose shape is right; `report` is told what is wrong inside. */
export function compileProfile(
  document: ProfileDocument,
  values: ReadonlyMap<string, string>,
  report: (finding: Finding) => void,
): Profile {
  const ids = expandIds(document.controls);
  const compiler = createCompiler({ values, letterCase: document.case, controls: new Set(ids) }, report);
  checkIds(ids, compiler);
  checkFrame(document, compiler);
  const controls = compileControls(document.controls, compiler, document.send.end);
  const described = new Map(controls.map(({ description }) => [String(description.id), description]));
  const { id, name, source, confirmed, port, frame, notify } = document;
  return {
    id,
    name,
    source,
    confirmed,
    port,
    frame,
    notify,
    controls,
    rules: document.receive.map((entry, index) =>
      compileRule(entry, { compiler, controls: described, names: [] }, ["receive", index]),
    ),
    sending: compileSending(document.send, compiler),
  };
}

function checkIds(ids: readonly string[], compiler: Compiler): void {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    compiler.report(["controls"], {
      message: `two controls are called ${twice}`,
      hint: "with a count, the id needs {n}",
    });
  if (ids.length > MOST_CONTROLS)
    compiler.report(["controls"], {
      message: `${ids.length} controls are too many`,
      hint: `at most ${MOST_CONTROLS}`,
    });
}

function checkFrame({ frame }: ProfileDocument, compiler: Compiler): void {
  if (frame.kind !== "pattern") return;
  for (const [index, pattern] of frame.patterns.entries()) {
    const fault = faultOfPattern(pattern);
    if (fault !== undefined)
      compiler.report(["frame", "patterns", index], { message: fault, hint: "such as K{digit}{digit}" });
  }
}

function compileSending(send: ProfileDocument["send"], compiler: Compiler): Sending {
  const { end, minGapMs, charGapMs, coalesce, echo } = send;
  const fixed = (some: SendDocument, path: Path): Uint8Array =>
    compileSend(some, { compiler, names: [], end }, path)(new Map()) ?? new Uint8Array(0);
  return {
    init: send.init.map((some, index) => fixed(some, ["send", "init", index])),
    close: send.close.map((some, index) => fixed(some, ["send", "close", index])),
    polls: send.poll.map(({ everyMs, send: question, expect, misses }, index): Poll => {
      const path = ["send", "poll", index];
      return {
        everyMs,
        misses,
        question: fixed(question, [...path, "send"]),
        expect: expect === undefined ? undefined : compiler.match(expect, [...path, "expect"]).match,
      };
    }),
    minGapMs,
    charGapMs,
    coalesce,
    echo,
    ack: send.ack && compileAck(send.ack, compiler),
  };
}

function compileAck(
  { expect, timeoutMs, retries }: NonNullable<ProfileDocument["send"]["ack"]>,
  compiler: Compiler,
): Ack {
  return { timeoutMs, retries, expect: compiler.match(expect, ["send", "ack", "expect"]).match };
}
