/**
 * What nobody has verified on every server: each setting here starts with the best reading of the
 * vendor's pages and clients, and can be changed where a real server turns out to differ.
 */
export interface ServerFacts {
  /** Used instead of asking the server, for accounts without admin rights: `6.5`. */
  readonly serverVersion?: string;
  /**
   * How a VALT 6 comment is written. The shape changed three times; `auto` goes by the server's version, and before 6.5 takes
   * `6.0` when the server does not know the address of `6.4`.
   * Anything but `auto` also says that the server takes comments at all.
   */
  readonly commentPayload?: "auto" | CommentPayload;
  /** The comment template named in payloads 6.4 and 6.5; the vendor's client uses 1. */
  readonly commentTemplateId?: number;
  /**
   * VALT 5: `record` addresses the recording itself, so that a late mark cannot land in the next
   * one. Its page does not list the colour, which is sent all the same. `room` is the vendor
   * client's way, used only while the room still records what the mark is meant for.
   */
  readonly markerForm?: "record" | "room";
  /** Under which key a new group names its template for marks; the version of the change is unknown. */
  readonly groupTemplateKey?: "auto" | "marker" | "comment";
  /** How a card number finds its user: `filter` lets the server search, from 6.5 on. */
  readonly cardLookup?: "auto" | "filter" | "scan";
}

/** `6.0`: the way of the vendor's client from October 2024 to July 2025, at the recording or at the room. */
export type CommentPayload = "6.0" | "6.4" | "6.5" | "6.6";
