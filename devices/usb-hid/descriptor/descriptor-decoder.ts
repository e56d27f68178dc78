import type { ControlEvent, ControlId } from "../../../src/driver/contract.ts";
import type { Decoder, DecoderTools } from "../find/source.ts";
import type { DescriptorRules } from "./descriptor-grammar.ts";
import { createReaders, type FieldReader } from "./readers.ts";

/**
 * Reads reports by the report descriptor of the device that sends them. Without a descriptor, or with one in which
 * there is nothing to touch, it has no controls.
 */
export function createDescriptorDecoder(
  rules: DescriptorRules,
  tools: DecoderTools,
  descriptor: Uint8Array | undefined,
): Decoder {
  const readers = createReaders(descriptor ?? new Uint8Array(), rules);
  const reports = new Map(
    [...new Set(readers.map(({ reportId }) => reportId))].map((id) => [id, only(readers, id)]),
  );
  const isNumbered = !reports.has(undefined);
  return {
    controls: readers.flatMap(({ controls }) => controls),
    decode(report) {
      // Other reports of a numbered device, a battery's for example, are nobody's fault.
      const readReport = reports.get(isNumbered ? report[0] : undefined);
      return readReport?.(report, tools) ?? [];
    },
  };
}

type ReadReport = (report: Uint8Array, tools: DecoderTools) => readonly ControlEvent[];

/** Reads one number's reports by difference: each holds the whole state. */
function only(all: readonly FieldReader[], reportId: number | undefined): ReadReport {
  const readers = all.filter((reader) => reader.reportId === reportId);
  const lengthBytes = Math.max(0, ...readers.map((reader) => reader.lengthBytes));
  let last: ReadonlySet<ControlId> | undefined;
  let isShortTold = false;
  return (report, { tellsHeld, dropped }) => {
    if (report.length < lengthBytes && !isShortTold) {
      dropped(`the rest of a report of ${report.length} bytes where its descriptor says ${lengthBytes}`);
      isShortTold = true;
    }
    const before: ReadonlySet<ControlId> = last ?? new Set();
    const isThere = (reader: FieldReader) => reader.lengthBytes <= report.length;
    // What lies beyond the end of a short report stays as it was.
    const now = new Set(
      readers.flatMap((reader) =>
        isThere(reader)
          ? reader.down(report)
          : reader.controls.map(({ id }) => id).filter((control) => before.has(control)),
      ),
    );
    const fresh = [...now].filter((control) => !before.has(control));
    // Two at once in the first report: which of them is fresh cannot be told, so none of them is a press.
    const isHeld = last === undefined && (fresh.length > 1 || tellsHeld());
    last = now;
    return [
      ...[...before]
        .filter((control) => !now.has(control))
        .map((control) => ({ kind: "up" as const, control })),
      ...fresh.map((control) => ({ kind: isHeld ? ("held" as const) : ("down" as const), control })),
      ...readers.filter(isThere).flatMap((reader) => reader.moved(report)),
    ];
  };
}
