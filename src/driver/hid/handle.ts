/**
 * One opened HID device, whoever hands it over: the operating system, a network box, a fake. The lowest seam: tests
 * and recordings replace this and nothing above it. What is written starts with its report id, 0 if unnumbered; what
 * arrives starts with one if reports are numbered.
 */
export interface HidHandle {
  /** Once, before any report is expected; nothing is kept for a later listener. */
  listen(ears: HidEars): void;
  write(report: Uint8Array): Promise<void>;
  sendFeature(report: Uint8Array): Promise<void>;
  /** As the device sends it: some put the id in front and some do not. */
  getFeature(reportId: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What an opened HID device tells. */
export interface HidEars {
  report(bytes: Uint8Array): void;
  /** The device is gone. */
  failed(reason: string): void;
}
