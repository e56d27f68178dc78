import { execFile } from "node:child_process";
import type { Cancel, Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { printableSentence } from "../../base/printable.ts";
import { redact } from "../../base/redact.ts";
import type { BridgeStatus } from "../../bridge/status.ts";

type ServiceStatus = Pick<
  BridgeStatus,
  "rooms" | "server" | "marksWaiting" | "alarms" | "readiness" | "devices"
>;

interface ServiceTools {
  readonly clock: Clock;
  readonly log: Log;
  status(): ServiceStatus;
  /** Whether rooms are still being looked at; while they are not, the service manager hears no sign of life. */
  isLooking(): boolean;
  /** Where the service manager says how it is told; `process.env` when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Resolves with why a message could not be told; `systemd-notify` when absent. */
  readonly tell?: (assignments: readonly string[]) => Promise<string | undefined>;
}

/** The service manager that started this process, or none. */
interface ServiceManager {
  /** From now on no sign of life is expected. */
  stopping(): void;
}

/**
 * Tells systemd that the bridge is ready, how it is, and that it lives: that the event loop turns is proven by the timer
 * that says so. Does nothing where no service manager asked for it.
 */
export function joinServiceManager(tools: ServiceTools): ServiceManager {
  const environment = tools.environment ?? process.env;
  if (environment.NOTIFY_SOCKET === undefined) return { stopping: () => undefined };
  return new ServiceVoice(tools, watchdogMs(environment));
}

/** Half of the time that systemd waits for a sign of life; none when it does not wait, or for another process. */
export function watchdogMs(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = environment;
  const limitMs = Number(WATCHDOG_USEC) / 1000;
  if (!(limitMs > 0)) return undefined;
  if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== process.pid) return undefined;
  return limitMs / 2;
}

/** One line for `systemctl status`. */
export function describeForManager({
  rooms,
  devices,
  server,
  marksWaiting,
  alarms,
  readiness,
}: ServiceStatus): string {
  const recording = rooms.filter(({ status }) => status === "recording").length;
  const open = devices.filter(({ status }) => status.kind === "open").length;
  const parts = [
    `${recording} of ${rooms.length} rooms recording`,
    `server ${server.state === "reachable" ? "reachable" : `lost: ${server.why ?? "no answer"}`}`,
    `${open} of ${devices.length} devices open`,
    ...(marksWaiting === 0 ? [] : [`${marksWaiting} marks waiting`]),
    ...(alarms.length === 0 ? [] : [`${alarms.length} alarms`]),
    ...(readiness.state === "not-ready" ? [`not ready: ${readiness.reason}`] : []),
  ];
  return printableSentence(redact(parts.join("; "))).slice(0, LONGEST_STATUS);
}

const LONGEST_STATUS = 240;
/** How often the line is compared with what was told last. */
const LOOK_MS = 5000;

class ServiceVoice implements ServiceManager {
  readonly #tools: ServiceTools;
  readonly #beatMs: number | undefined;
  readonly #cancel: Cancel;
  #told = "";
  #beatenAtMs: number;
  #isTelling = false;
  #isComplaining = false;
  #isStill = false;

  constructor(tools: ServiceTools, beatMs: number | undefined) {
    this.#tools = tools;
    this.#beatMs = beatMs;
    this.#beatenAtMs = tools.clock.monotonicMs();
    this.#told = this.#describe();
    void this.#tell(["READY=1", `STATUS=${this.#told}`]);
    this.#cancel = tools.clock.every(Math.min(LOOK_MS, beatMs ?? LOOK_MS), () => this.#look());
  }

  stopping(): void {
    this.#cancel();
    void this.#tell(["STOPPING=1", "STATUS=stopping: panels are being closed"]);
  }

  /** A message that is still under way is not joined by another: a stuck manager must not collect processes. */
  #look(): void {
    const line = this.#describe();
    const assignments = [
      ...(this.#isBeatDue() ? ["WATCHDOG=1"] : []),
      ...(line === this.#told ? [] : [`STATUS=${line}`]),
    ];
    if (assignments.length === 0 || this.#isTelling) return;
    this.#told = line;
    if (assignments[0] === "WATCHDOG=1") this.#beatenAtMs = this.#tools.clock.monotonicMs();
    void this.#tell(assignments);
  }

  /** Telling how it is must not be able to end it. */
  #describe(): string {
    try {
      return describeForManager(this.#tools.status());
    } catch (error) {
      return `its status cannot be told: ${redact(String(error))}`;
    }
  }

  #isBeatDue(): boolean {
    const { clock, log, isLooking } = this.#tools;
    if (this.#beatMs === undefined) return false;
    if (!isLooking()) {
      if (!this.#isStill)
        log.error("rooms are no longer looked at: the service manager may restart the bridge");
      this.#isStill = true;
      return false;
    }
    this.#isStill = false;
    // Timers come a little early or late; a beat that is left out would be one of only two.
    return clock.monotonicMs() - this.#beatenAtMs >= this.#beatMs * 0.9;
  }

  async #tell(assignments: readonly string[]): Promise<void> {
    this.#isTelling = true;
    const why = await (this.#tools.tell ?? notify)(assignments);
    this.#isTelling = false;
    if (why !== undefined && !this.#isComplaining)
      this.#tools.log.warn("the service manager cannot be told", { why });
    this.#isComplaining = why !== undefined;
    // Told again at the next look: the manager waits for two beats at most.
    if (why !== undefined) this.#beatenAtMs = Number.NEGATIVE_INFINITY;
  }
}

/** Longer than `systemd-notify` itself waits (5 s) until the manager has taken what it was told. */
const TELL_WITHIN_MS = 8000;

/**
 * Node has no datagram sockets of the local kind. Without `--no-block` on purpose: systemd finds out which unit a message
 * is from while its sender lives, and one that left at once would go unheard now and then (systemd-notify(1)).
 */
function notify(assignments: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("systemd-notify", [...assignments], { timeout: TELL_WITHIN_MS }, (error) =>
      resolve(error === null ? undefined : error.message.trim()),
    );
  });
}
