/**
 * The part of two untyped packages that is used here.
 * `osc/src/osc.js` is the codec alone: the package's main file would also load its WebSocket and serial ports.
 */
declare module "osc/src/osc.js" {
  interface ReadOptions {
    readonly metadata: true;
    readonly unpackSingleArgs: false;
  }
  interface TypedArgument {
    readonly type: string;
    readonly value?: unknown;
  }
  interface OscCodec {
    /** Throws on anything that it cannot read; leaves the number of bytes read in `offset.idx`. */
    readMessage(
      bytes: Uint8Array,
      options: ReadOptions,
      offset: { idx: number },
    ): { readonly address: string; readonly args: readonly unknown[] };
    /** How the bytes of a string are read on Node; may be replaced. */
    readonly readString: { withBuffer(codes: readonly number[]): string };
    writePacket(
      message: { readonly address: string; readonly args: readonly TypedArgument[] },
      options: { readonly metadata: true },
    ): Uint8Array;
  }
  const codec: OscCodec;
  export = codec;
}

declare module "slip" {
  interface SlipCodec {
    /** Escapes the bytes and puts an END at both ends. */
    encode(bytes: Uint8Array): Uint8Array;
  }
  const slip: SlipCodec;
  export = slip;
}
