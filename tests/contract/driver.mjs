// Drives the official Capacities client against a server and checks every answer.
//
//     node driver.mjs SCENARIO URL TOKEN [READONLY_TOKEN]
//
// Prints one JSON line with what was checked; fails with the first disagreement.

import { CapacitiesClient } from "@capacities/api";

import { content } from "./content.mjs";
import { errors } from "./errors.mjs";
import { methods } from "./methods.mjs";
import { requests } from "./requests.mjs";

const scenarios = { content, errors, methods, requests };
const [scenario, baseUrl, apiToken, readonlyToken] = process.argv.slice(2);

const connect = (token) => new CapacitiesClient({ apiToken: token, baseUrl });

async function raw(method, path, body) {
  const headers = { Authorization: `Bearer ${apiToken}`, "X-Capacities-Api-Version": "1.0.0" };
  const bytes = body instanceof Uint8Array;
  if (body !== undefined)
    headers["Content-Type"] = bytes ? "application/octet-stream" : "application/json";
  const payload = body === undefined || bytes ? body : JSON.stringify(body);
  const answer = await fetch(baseUrl + path, { method, headers, body: payload });
  const text = await answer.text();
  return { status: answer.status, json: text ? JSON.parse(text) : undefined };
}

const report = await scenarios[scenario]({
  client: connect(apiToken),
  readonly: connect(readonlyToken),
  stranger: connect("cap-api-nobody"),
  raw,
});
console.log(JSON.stringify(report));
