import { expect, test } from "vitest";
import { actions } from "../../src/action/actions/index.ts";
import { tellAsked } from "../../src/feedback/asked.ts";
import { offerOf } from "../../src/feedback/invitation.ts";
import { noteLook } from "../../src/feedback/rules.ts";
import { wordsFor } from "../../src/feedback/words.ts";
import { createLanguage } from "../../src/language/language.ts";
import { room, viewOf } from "./view.ts";

test.each([
  ["toggle", "available", "Not started"],
  ["toggle", "recording", "Cancelled"],
  ["lock", "available", "Cancelled"],
] as const)(
  "a countdown of %s that is cancelled in a room that is %s shows a cross",
  (kind, status, text) => {
    const told = tellAsked({ kind: "called-off" }, offerOf(kind, status, actions), createLanguage());
    const look = noteLook(told, wordsFor(viewOf({ status }), room));
    expect(look).toMatchObject({ icon: "cancelled", color: "white", text });
  },
);
