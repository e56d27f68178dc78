import { expect, test } from "vitest";
import { failures } from "../support/fake-valt.ts";
import { createPerformSetting, OTHER_ROOM, settle } from "./setting.ts";

test("a room that leaves while its command is settled leaves no listener behind", async () => {
  const { clock, store, asked, press, see } = createPerformSetting();
  see("available");
  let listeners = 0;
  const { onChange } = store;
  store.onChange = (listener) => {
    listeners++;
    const stop = onChange(listener);
    return () => {
      listeners--;
      stop();
    };
  };
  const start = press("start");
  await settle();
  asked[0]!.refuse(failures.lostAnswer);
  await settle();
  expect(listeners).toBe(1);
  store.track([OTHER_ROOM]);
  await clock.advance(60_000);
  expect(start.outcome).toEqual({ kind: "failed", failure: failures.lostAnswer });
  expect(listeners).toBe(0);
});
