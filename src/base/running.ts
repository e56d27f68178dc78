/** Whether a room with this status has a recording that has not ended: VALT calls it `recording` or `paused`. */
export function isRunning(status: string | undefined): boolean {
  return status === "recording" || status === "paused";
}
