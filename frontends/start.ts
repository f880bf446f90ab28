#!/usr/bin/env node
// The command itself: runs the part of the program that its words need.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFor, runBundle } from "./bundle.js";
import { hasRoom, mayHaveRoom, startAgainWithRoom } from "./room.js";

const entry = fileURLToPath(import.meta.url);
const words = process.argv.slice(2);
// A whole program may run long; a form that is evaluated should be there at once.
if (words[0] === "run" && !hasRoom() && mayHaveRoom()) startAgainWithRoom(entry, words);
else runBundle(dirname(entry), bundleFor(words), entry);
