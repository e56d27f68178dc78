import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP, SocketAddress } from "node:net";
import { bits, der, integer, moment, objectId, octets, sequence, set, text, yes } from "./der.ts";

/** PEM texts. */
interface MadeCertificate {
  /** What the console shows: its own certificate and the authority's. */
  readonly certificate: string;
  readonly key: string;
  /** What tablets are told to trust. */
  readonly authority: string;
}

interface CertificatePlan {
  /** Names and IP addresses by which browsers reach the console. */
  readonly names: readonly string[];
  readonly nowMs: number;
  readonly days: number;
}

const DAY_MS = 86_400_000;
const AUTHORITY = "VALT panel bridge";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/**
 * A certificate for these names, signed by an authority of its own. The authority's key is thrown away: nobody can make
 * another certificate that the tablets would trust. Fields as in RFC 5280; keys on the curve P-256.
 */
export function makeCertificate({ names, nowMs, days }: CertificatePlan): MadeCertificate {
  const [root, own] = [newKeys(), newKeys()];
  // A clock that is an hour behind must not refuse it.
  const valid = sequence(moment(nowMs - DAY_MS), moment(nowMs + days * DAY_MS));
  // Two authorities of one name with different keys are confused by some programs.
  const issuer = nameOf(`${AUTHORITY} ${randomBytes(4).toString("hex")}`);
  const rootId = keyId(root.publicKey);
  const isAuthority = extension("2.5.29.19", sequence(yes(), integer(Buffer.from([0]))), "critical");
  const maySign = extension("2.5.29.15", bits(Buffer.from([0b0000_0110]), 1), "critical");
  const authority = signed(root.privateKey, {
    ...{ issuer, valid, subject: issuer, key: root.publicKey },
    extensions: [isAuthority, maySign, extension("2.5.29.14", octets(rootId))],
  });
  const certificate = signed(root.privateKey, {
    ...{ issuer, valid, subject: nameOf(names[0] ?? AUTHORITY), key: own.publicKey },
    extensions: [
      extension("2.5.29.19", sequence(), "critical"),
      extension("2.5.29.15", bits(Buffer.from([0b1000_0000]), 7), "critical"),
      extension("2.5.29.37", sequence(objectId("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", sequence(...names.map(alternative))),
      extension("2.5.29.14", octets(keyId(own.publicKey))),
      extension("2.5.29.35", sequence(der(0x80, rootId))),
    ],
  });
  return {
    certificate: pem(certificate) + pem(authority),
    key: String(own.privateKey.export({ type: "pkcs8", format: "pem" })),
    authority: pem(authority),
  };
}

function newKeys() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

interface Content {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly valid: Buffer;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
}

function signed(by: KeyObject, { issuer, subject, valid, key, extensions }: Content): Buffer {
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const version = der(0xa0, integer(Buffer.from([2])));
  // Positive, and shorter than the 20 bytes that are allowed.
  const serial = integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)]));
  const content = sequence(
    ...[version, serial, algorithm, issuer, valid, subject, publicBytes(key)],
    der(0xa3, sequence(...extensions)),
  );
  return sequence(content, algorithm, bits(sign("sha256", content, by)));
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(objectId("2.5.4.3"), text(commonName.slice(0, 64)))));
}

function extension(id: string, value: Buffer, weight: "critical" | "usual" = "usual"): Buffer {
  return sequence(objectId(id), ...(weight === "critical" ? [yes()] : []), octets(value));
}

/** A name as text, an address as its bytes. */
function alternative(name: string): Buffer {
  const family = isIP(name);
  if (family === 0) return der(0x82, Buffer.from(name, "ascii"));
  return der(0x87, Buffer.from(family === 4 ? name.split(".").map(Number) : wideBytes(name)));
}

function wideBytes(address: string): number[] {
  const [before = "", after] = new SocketAddress({ address, family: "ipv6" }).address.split("::");
  const groupsOf = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [head, tail] = [groupsOf(before), groupsOf(after ?? "")];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 0xff]);
}

function publicBytes(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" }) as Buffer;
}

function keyId(key: KeyObject): Buffer {
  return createHash("sha256").update(publicBytes(key)).digest().subarray(0, 20);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
