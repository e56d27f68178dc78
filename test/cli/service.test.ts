import { describe, expect, test } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { describeForManager, joinServiceManager, watchdogMs } from "../../src/cli/service/notify.ts";
import { renderUnit, type UnitPlan } from "../../src/cli/service/unit.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { mappingText } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const room = (status: string | undefined) => ({ name: "interview-1", id: 1, status });
const device = (kind: string) => ({ id: "desk", kind: "panel", status: { kind } });

type ServiceStatus = Parameters<typeof describeForManager>[0];

function status(change: Readonly<Record<string, unknown>> = {}): ServiceStatus {
  return {
    rooms: [room("recording"), room("available"), room(undefined)],
    devices: [device("open"), device("lost")],
    server: { url: "http://valt", state: "reachable", lostForMs: undefined, why: undefined },
    marksWaiting: 0,
    alarms: [],
    readiness: { state: "ready", reason: "", checks: [], checkedWallMs: 0 },
    ...change,
  } as unknown as ServiceStatus;
}

describe("the service manager", () => {
  function join(environment: Readonly<Record<string, string>>) {
    const clock = createFakeClock();
    const told: string[] = [];
    const heard: string[] = [];
    const site = { now: status(), looking: true, answer: undefined as string | undefined };
    const log = {
      ...silentLog,
      warn: (text: string) => heard.push(text),
      error: (text: string) => heard.push(text),
    };
    const manager = joinServiceManager({
      clock,
      log,
      status: () => site.now,
      isLooking: () => site.looking,
      environment,
      tell: async (assignments) => {
        told.push(assignments.join(" | "));
        return site.answer;
      },
    });
    const beats = () => told.filter((line) => line.includes("WATCHDOG=1")).length;
    return { clock, told, heard, site, manager, beats };
  }

  const systemd = { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "30000000" };

  test("is told that the bridge is ready and how it is", () => {
    const { told } = join(systemd);
    expect(told).toEqual(["READY=1 | STATUS=1 of 3 rooms recording; server reachable; 1 of 2 devices open"]);
  });

  test("hears nothing where it did not ask", async () => {
    const { clock, told, manager } = join({ WATCHDOG_USEC: "30000000" });
    await clock.advance(60_000);
    manager.stopping();
    expect([told, clock.timerCount()]).toEqual([[], 0]);
  });

  test("hears a sign of life twice within its limit, for as long as rooms are looked at", async () => {
    const { clock, beats, site, heard } = join(systemd);
    await clock.advance(60_000);
    expect(beats()).toBe(4);
    site.looking = false;
    await clock.advance(60_000);
    expect(beats()).toBe(4);
    expect(heard).toEqual(["rooms are no longer looked at: the service manager may restart the bridge"]);
    site.looking = true;
    await clock.advance(15_000);
    expect(beats()).toBe(5);
  });

  test("is told again soon when it could not be told, and the log says so once", async () => {
    const { clock, beats, site, heard } = join(systemd);
    await clock.advance(10_000);
    site.answer = "no such file";
    await clock.advance(15_000);
    expect(beats()).toBe(3);
    expect(heard).toEqual(["the service manager cannot be told"]);
  });

  test("is told of a change, and of nothing when there is none", async () => {
    const { clock, told, site } = join({ NOTIFY_SOCKET: "/run/systemd/notify" });
    await clock.advance(60_000);
    expect(told).toHaveLength(1);
    site.now = status({ server: { state: "lost", why: "no route\nto host" }, marksWaiting: 2 });
    await clock.advance(5000);
    expect(told[1]).toBe(
      "STATUS=1 of 3 rooms recording; server lost: no route to host; 1 of 2 devices open; 2 marks waiting",
    );
  });

  test("hears that the bridge lives even when it cannot tell how it is", async () => {
    const { clock, beats, told, site } = join(systemd);
    site.now = status({ rooms: undefined });
    await clock.advance(15_000);
    expect(beats()).toBe(1);
    expect(told.join()).toContain("its status cannot be told");
  });

  test("is told when the bridge stops, and nothing after that", async () => {
    const { clock, told, manager } = join(systemd);
    manager.stopping();
    expect(told.at(-1)).toContain("STOPPING=1");
    await clock.advance(60_000);
    expect(told).toHaveLength(2);
  });

  test("gets a line that says why the site is not ready, however long the reason", () => {
    const readiness = { state: "not-ready", reason: "x".repeat(1000), checks: [], checkedWallMs: 0 };
    const line = describeForManager(status({ readiness, alarms: [{}, {}] }));
    expect(line).toMatch(/; 2 alarms; not ready: x+$/);
    expect(line.length).toBeLessThanOrEqual(240);
  });

  test.each([
    [{}, undefined],
    [{ WATCHDOG_USEC: "0" }, undefined],
    [{ WATCHDOG_USEC: "never" }, undefined],
    [{ WATCHDOG_USEC: "20000000" }, 10_000],
    [{ WATCHDOG_USEC: "20000000", WATCHDOG_PID: String(process.pid) }, 10_000],
    [{ WATCHDOG_USEC: "20000000", WATCHDOG_PID: "1" }, undefined],
  ])("asks with %j for a sign of life every %s ms", (environment, expected) => {
    expect(watchdogMs(environment)).toBe(expected);
  });
});

describe("the unit", () => {
  const plan: UnitPlan = {
    node: "/usr/bin/node",
    main: "/opt/valt bridge/main.js",
    mappingFile: "/etc/valt-bridge/100%.jsonc",
    user: "valt-bridge",
    instance: "default",
    secretsFolder: "/etc/valt-bridge/secrets",
    credentials: ["valt-password", "desk-pin"],
    consoleWords: [],
    groups: ["plugdev", "dialout"],
    missingGroups: ["input"],
  };
  const directives = (text: string) =>
    text.split("\n").filter((line) => !line.startsWith("#") && line !== "");

  test("runs the bridge under a watchdog, and darkens its panels however it ended", () => {
    const lines = directives(renderUnit(plan));
    const program = '/usr/bin/node "/opt/valt bridge/main.js"';
    expect(lines).toEqual(
      expect.arrayContaining([
        "Type=notify",
        "NotifyAccess=all",
        "WatchdogSec=30",
        "Restart=always",
        `ExecStart=${program} run /etc/valt-bridge/100%%.jsonc --instance default --json`,
        `ExecStopPost=-/bin/sh -c '[ "$$EXIT_CODE/$$EXIT_STATUS" = exited/0 ] || exec "$$@"' sh ${program} darken /etc/valt-bridge/100%%.jsonc --instance default`,
        "FileDescriptorStoreMax=1024",
        "Environment=MALLOC_ARENA_MAX=1",
        "SupplementaryGroups=plugdev dialout",
        "LoadCredential=desk-pin:/etc/valt-bridge/secrets/desk-pin",
      ]),
    );
  });

  test("shuts no panel out", () => {
    const text = directives(renderUnit(plan)).join("\n");
    expect(text).not.toMatch(
      /^(?:DevicePolicy|DeviceAllow|PrivateDevices|ProtectClock|MemoryDenyWriteExecute)=/m,
    );
    expect(text).toMatch(/^RestrictAddressFamilies=.*AF_UNIX AF_INET AF_INET6/m);
  });

  test("names no group that this machine lacks, and says what to do about it", () => {
    const text = renderUnit(plan);
    expect(text).not.toMatch(/^SupplementaryGroups=.*input/m);
    expect(text).toContain("# ".concat("   This machine has no group input"));
    expect(directives(renderUnit({ ...plan, groups: [] })).join("\n")).not.toContain("SupplementaryGroups");
  });

  test("warns of paths that the service's account cannot read", () => {
    expect(renderUnit(plan)).not.toContain("other accounts mostly cannot read");
    const atHome = renderUnit({ ...plan, mappingFile: "/home/ivy/site.jsonc" });
    expect(atHome).toContain("other accounts mostly cannot read: /home/ivy/site.jsonc");
    expect(atHome).toContain("ProtectHome=read-only");
  });

  test("is printed with the paths of this installation and every secret that the mapping names", async () => {
    const device = { passcodeFrom: "DESK_PASSCODE" };
    const file = scratch().write("site.jsonc", mappingText("http://127.0.0.1:1", { device }));
    const { code, out } = await command(["service", file, "--instance", "lab", "--user", "ivs"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ExecStart=\S+ \/\S+\/dist\/src\/main\.js run \/\S+site\.jsonc --instance lab --json$/m,
    );
    expect(out).toMatch(/^LoadCredential=desk-passcode:/m);
    expect(out).toMatch(/^User=ivs$/m);
    expect(out).toContain("systemctl enable --now valt-bridge-lab");
  });

  test("is not printed for names that systemd would take apart", async () => {
    const file = scratch().write("site.jsonc", mappingText("http://127.0.0.1:1"));
    const { code, out } = await command(["service", file, "--instance", "north wing"]);
    expect([code, out]).toEqual([2, ""]);
  });

  test("is not printed for a mapping with errors", async () => {
    const { code, out, err } = await valtBridge(["service", scratch().write("bad.jsonc", "{")]).ended;
    expect([code, out]).toEqual([3, ""]);
    expect(err).toContain("error");
  });
});
