import { expect, test } from "vitest";
import { findUncertainAnswers } from "../../src/cli/mapping/several-addresses.ts";
import { mappingText, parse } from "../support/rig.ts";

const card = (address: string, internal = false) => ({
  address,
  family: address.includes(":") ? "IPv6" : "IPv4",
  internal,
});
const cards = {
  lo: [card("127.0.0.1", true)],
  eth0: [card("10.0.20.5"), card("fe80::1")],
  eth1: [card("192.168.7.2")],
};

const tell = (device: object, own: object) =>
  findUncertainAnswers(
    parse(mappingText("https://valt.example", { device: { ...device } })),
    own as Parameters<typeof findUncertainAnswers>[1],
  );

test("a listener on every address of a machine with several is told that answers may leave from another one", () => {
  const [text, ...more] = tell({ listen: "udp://0.0.0.0:8000" }, cards);
  expect(more).toEqual([]);
  expect(text).toContain("udp://10.0.20.5:8000, udp://192.168.7.2:8000");
});

test.each([
  [{ listen: "udp://10.0.20.5:8000" }, cards],
  [{ listen: ["udp://10.0.20.5:8000", "udp://192.168.7.2:8000"] }, cards],
  [{ listen: "tcp://0.0.0.0:8000" }, cards],
  [{ listen: "udp://[::]:8000" }, cards],
  [{ listen: "udp://0.0.0.0:8000" }, { lo: cards.lo, eth0: cards.eth0 }],
])("nothing is said of %j", (device, own) => {
  expect(tell(device, own)).toEqual([]);
});
