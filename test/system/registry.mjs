/*
 * A registry of one package, on this machine: it tells of a tarball what a registry tells, and sends whoever asks for another
 * package to the usual registry. Prints its address.
 * usage: registry.mjs TARBALL
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [tarball] = process.argv.slice(2);
const bytes = readFileSync(tarball);
const usual = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" })
  .trim()
  .replace(/\/$/, "");
const manifest = JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"]));
const { name, version } = manifest;

const server = createServer((asked, answer) => {
  if (asked.url === `/${name}.tgz`) return answer.end(bytes);
  if (asked.url !== `/${name}`) return answer.writeHead(307, { location: `${usual}${asked.url}` }).end();
  const dist = {
    tarball: `http://127.0.0.1:${server.address().port}/${name}.tgz`,
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
  };
  const versions = { [version]: { ...manifest, dist } };
  answer.setHeader("content-type", "application/json");
  answer.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`));
