// Reads a JSON list of Markdown documents from stdin, writes the list of their HTML by commonmark.js.
import { readFileSync } from "node:fs";
import { HtmlRenderer, Parser } from "commonmark";

const parser = new Parser();
const renderer = new HtmlRenderer();
const documents = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(documents.map((text) => renderer.render(parser.parse(text)))));
