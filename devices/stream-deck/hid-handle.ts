/**
 * One opened HID device, as the operating system or a network dock hands it over. The lowest seam: tests and
 * recordings replace this and nothing above it. Every report starts with its report id.
 */
export interface HidHandle {
  /** Once, before any report is expected; nothing is kept for a later listener. */
  listen(ears: HidEars): void;
  write(report: Uint8Array): Promise<void>;
  sendFeature(report: Uint8Array): Promise<void>;
  getFeature(reportId: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface HidEars {
  report(bytes: Uint8Array): void;
  /** The device is gone. */
  failed(reason: string): void;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
