import { expect, test } from "vitest";
import { makeRefusedMarks } from "../support/refused-marks.ts";
import { startRig, until } from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";

async function refusingServer(texts: readonly string[]) {
  const rig = await startRig();
  const { surface } = rig;
  surface.send("/valt/subscribe", 60);
  await makeRefusedMarks(
    {
      ...rig,
      start: () => surface.send(`${ROOM}/start`),
      mark: (text) => surface.send(`${ROOM}/marker`, text),
    },
    texts,
  );
  const alarm = (sentence: string) =>
    until("the alarm on the link", () => String(surface.last(`${ROOM}/alarm`)?.[0]).startsWith(sentence));
  return { ...rig, alarm };
}

test("a mark that the server refuses is an alarm of its room, until somebody settles it", async () => {
  const { surface, bridge, facts, alarm } = await refusingServer(["Important"]);
  await alarm("a mark was refused: ");
  const { alarms, marks } = bridge.status();
  expect(alarms).toMatchObject([{ kind: "mark-refused", room: "interview-1" }]);
  expect(marks.refused).toMatchObject([{ text: "Important", device: "surface" }]);
  const { id, why, correlation } = marks.refused[0]!;
  expect(alarms[0]?.text).toContain(why);

  expect([bridge.settleMark(id, "ivy"), bridge.settleMark(id, "ivy")]).toEqual([true, false]);
  await until("the end of the alarm", () => surface.last(`${ROOM}/alarm`)?.[0] === "");
  expect(bridge.status()).toMatchObject({ alarms: [], marks: { servers: [], refused: [] } });
  expect(facts.filter(({ kind }) => kind === "mark")).toMatchObject([
    { result: "refused", text: "Important", why },
    { result: "settled", text: "Important", by: "ivy", correlation },
  ]);
});

test("each further refusal is told with their number, and the alarm ends with the last that is settled", async () => {
  const { bridge, alarm } = await refusingServer(["one", "two"]);
  await alarm("2 marks were refused, the last one: ");
  const [two, one] = bridge.status().marks.refused;
  expect([two?.text, one?.text]).toEqual(["two", "one"]);
  bridge.settleMark(two!.id, "ivy");
  expect(bridge.status().alarms).toHaveLength(1);
  bridge.settleMark(one!.id, "ivy");
  expect(bridge.status().alarms).toEqual([]);
});
