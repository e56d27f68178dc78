import { Pool } from "undici";

const JSON_HEADERS = { "content-type": "application/json" };

/** The server as a script without a bridge uses it: nothing is checked. */
export async function logIn(url: string) {
  const pool = new Pool(url, { connections: 8, keepAliveTimeout: 60_000 });
  const login = await pool.request({
    method: "POST",
    path: "/api/v3/login",
    headers: JSON_HEADERS,
    body: JSON.stringify({ username: "panel-bridge", password: "simulator" }),
  });
  const { data } = (await login.body.json()) as { data: { access_token: string } };
  const query = `?access_token=${data.access_token}`;
  return {
    async get(path: string): Promise<unknown> {
      const { body } = await pool.request({ method: "GET", path: `/api/v3/${path}${query}` });
      return body.json();
    },
    async post(path: string, content: object): Promise<unknown> {
      const { body } = await pool.request({
        method: "POST",
        path: `/api/v3/${path}${query}`,
        headers: JSON_HEADERS,
        body: JSON.stringify(content),
      });
      return body.json();
    },
  };
}
