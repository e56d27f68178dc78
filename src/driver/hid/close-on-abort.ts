import { fail, type OpenDevice, type OpenFailure, type Result, succeed } from "../contract.ts";

/** What was opened, and is closed when the signal aborts; a failure when it did so meanwhile. */
export async function closeOnAbort(
  opened: Result<OpenDevice, OpenFailure>,
  signal: AbortSignal,
): Promise<Result<OpenDevice, OpenFailure>> {
  if (!opened.ok) return opened;
  const device = opened.value;
  if (signal.aborted) {
    await device.close();
    return fail({ reason: "failed", message: "It was stopped while it was being opened." });
  }
  // The signal outlives the device: what it kept of each opening would be a leak.
  const close = () => {
    signal.removeEventListener("abort", close);
    return device.close();
  };
  signal.addEventListener("abort", close, { once: true });
  return succeed({ ...device, close });
}
