// Sends requests past the official client and compares verdicts: what its schemas
// refuse the server must refuse, what they accept the server must accept.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import * as official from "@capacities/api";

const table = JSON.parse(await readFile(new URL("./requests.json", import.meta.url), "utf8"));

function filled(value, known) {
  return JSON.parse(
    JSON.stringify(value, (_, each) => {
      if (typeof each !== "string") return each;
      const long = /^\$long:(\d+)$/.exec(each);
      return long ? "x".repeat(Number(long[1])) : (known[each] ?? each);
    }),
  );
}

export async function requests({ client, raw }) {
  const made = await client.object.create({ structureId: "RootPage" });
  const [section] = Object.keys(made.blocks);
  const known = { $object: made.id, $block: made.blocks[section][0].id, $section: section };
  const counts = { refused: 0, accepted: 0 };
  for (const { request, schema, refuse = [], accept = [] } of table) {
    const [method, path] = request.split(" ");
    for (const [bodies, wanted] of [[refuse, false], [accept, true]]) {
      for (const template of bodies) {
        const body = filled(template, known);
        const shown = `${request} ${JSON.stringify(template)}`;
        assert.equal(official[schema].safeParse(body).success, wanted, `official: ${shown}`);
        const { status, json } = await raw(method, path, body);
        assert.equal(status, wanted ? 200 : 400, `${shown} -> ${status} ${JSON.stringify(json)}`);
        counts[wanted ? "accepted" : "refused"] += 1;
      }
    }
  }
  return counts;
}
