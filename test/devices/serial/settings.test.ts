import { describe, expect, test } from "vitest";
import { serial } from "../../../devices/serial/driver.ts";
import { placeName, placeOf } from "../../../devices/serial/place.ts";
import { portParameters } from "../../../devices/serial/settings.ts";
import { controlId } from "../../../src/driver/contract.ts";
import { createNotingHost, failureOf } from "./bench.ts";

const parse = (settings: Record<string, unknown>) => serial.settingsSchema.parse(settings);
const faultOf = (settings: Record<string, unknown>) => {
  const completed = serial.completeSettings?.(parse(settings), undefined);
  return completed?.ok === false ? completed.failure.setting : "none";
};
const controlsOf = (settings: Record<string, unknown>, ...named: string[]) => {
  const described = serial.describeControls(parse(settings), named.map(controlId));
  return described === "known-once-open" ? [] : described.map(({ id }) => id);
};

describe("a place", () => {
  test.each([
    [{ path: "/dev/ttyUSB0" }, "/dev/ttyUSB0"],
    [{ address: "tcp://10.0.0.7:4001" }, "tcp://10.0.0.7:4001"],
    [{ address: "rfc2217://[::1]:2217" }, "rfc2217://[::1]:2217"],
    [{ listen: "tcp://127.0.0.1:7700" }, "tcp://127.0.0.1:7700"],
    [{ address: "fake://keypad" }, "fake://keypad"],
  ])("is read from %o and named again", (where, name) => {
    const place = placeOf(where);
    expect(place && placeName(place)).toBe(name);
  });

  test("may leave its port to the profile", () => {
    expect(placeOf({ address: "tcp://10.0.0.7" }, 4998)).toEqual({
      kind: "tcp",
      host: "10.0.0.7",
      port: 4998,
    });
    expect(placeOf({ address: "tcp://10.0.0.7" })).toBeUndefined();
  });
});

describe("settings", () => {
  test.each([
    [{}, "path"],
    [{ path: "/dev/ttyS0", listen: "tcp://127.0.0.1:7700" }, "address"],
    [{ address: "tcp://10.0.0.7" }, "address"],
    [{ listen: "tcp://127.0.0.1:70000" }, "listen"],
    [{ address: "tcp://10.0.0.7:4001", lines: { cts: {} } }, "lines"],
    [{ path: "/dev/ttyS0", flow: "rtscts", lines: { rts: {} } }, "lines"],
    [{ path: "/dev/ttyS0", dtr: "on", lines: { dtr: {} } }, "dtr"],
    [{ path: "/dev/ttyS0", profile: "no-such-profile" }, "profile"],
    [{ path: "/dev/ttyS0", values: { integrationId: 5 } }, "values"],
    [{ path: "/dev/ttyS0", profile: "lutron-keypad", values: { integrationId: 5 } }, "none"],
    [{ path: "/dev/ttyS0" }, "none"],
    [{ address: "rfc2217://10.0.0.7:2217", lines: { cts: {}, dtr: {} } }, "none"],
  ])("%o are blamed at: %s", (settings, setting) => {
    expect(faultOf(settings)).toBe(setting);
  });

  test("that are wrong are refused at the opening as well", async () => {
    expect(await failureOf({}, createNotingHost())).toMatchObject({ reason: "unsupported" });
  });

  test("of a lamp leave its line dark at the opening", () => {
    expect(portParameters(parse({ path: "x", lines: { dtr: {}, rts: { invert: "yes" } } }))).toMatchObject({
      dtr: "off",
      rts: "on",
    });
    expect(portParameters(parse({ path: "x" }), { baud: 19_200, dtr: "off" })).toMatchObject({
      baud: 19_200,
      dtr: "off",
      rts: "on",
      parity: "none",
    });
  });
});

describe("controls", () => {
  test("are those that are there: the dialect adds its own", () => {
    expect(controlsOf({ path: "x", dialect: "native" }, "start")).toEqual([]);
    expect(controlsOf({ path: "x", lines: { cts: {}, break: {}, dtr: {} } }, "start")).toEqual([
      "cts",
      "break",
      "dtr",
    ]);
  });
});
