// What it means that an answer agrees with an official schema.

import assert from "node:assert/strict";

// The schemas strip what they do not know, so an answer that survives parsing
// unchanged has nothing in it, at any depth, that they do not list.
export function agrees(schema, answer) {
  assert.deepStrictEqual(schema.parse(answer), answer);
  return answer;
}

// Every function of the client, by its dotted name.
export function functionsOf(client) {
  const found = [];
  const walk = (part, name) => {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value === "function") found.push(`${name}.${key}`);
      else walk(value, `${name}.${key}`);
    }
  };
  for (const group of ["space", "object", "objects", "blocks"]) walk(client[group], group);
  return found.sort();
}

export const text = (words, more = {}) => ({
  type: "TextBlock",
  tokens: [{ type: "TextToken", text: words, style: {} }],
  ...more,
});

export const title = (value) => ({ title: { type: "title", title: { value } } });
