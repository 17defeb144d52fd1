// Writes SBOMs in CycloneDX format. Equal components result in equal files: they contain no timestamps and no
// random numbers.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../lib/process.mjs";

/**
 * @typedef {object} Component
 * @property {string} id by which others refer to it
 * @property {"library" | "file" | "data"} [type] a library by default
 * @property {string} name
 * @property {string} [version]
 * @property {string} [purl]
 * @property {string} [licence] an SPDX expression
 * @property {Record<string, string>} [hashes] hexadecimal, by algorithm: `SHA-256`
 * @property {string[]} [links] ids of the components that it contains or depends on
 */

/** @param {Component} main the subject of the SBOM @param {Component[]} parts its components */
export async function writeCycloneDx(path, main, parts) {
  const { Models, Serialize, Spec } = await import("@cyclonedx/cyclonedx-library");
  const components = new Map([main, ...parts].map((part) => [part.id, componentOf(Models, part)]));
  for (const { id, links = [] } of [main, ...parts]) {
    for (const link of links) components.get(id).dependencies.add(components.get(link).bomRef);
  }
  const [about, ...others] = components.values();
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: about }),
    components: new Models.ComponentRepository(others),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const serializer = new Serialize.JsonSerializer(factory);
  const text = serializer.serialize(bom, { sortLists: true, space: 2 });
  await validate(path, text);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`);
}

function componentOf(Models, { id, type = "library", name, version, purl, licence, hashes = {} }) {
  const licences = licence ? [new Models.LicenseExpression(licence)] : [];
  return new Models.Component(type, name, {
    ...{ bomRef: id, version, purl },
    licenses: new Models.LicenseRepository(licences),
    hashes: new Models.HashDictionary(Object.entries(hashes)),
  });
}

async function validate(path, text) {
  const { Spec, Validation } = await import("@cyclonedx/cyclonedx-library");
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const problems = await validator.validate(text);
  if (problems) throw new Failure(`${path} would be no CycloneDX: ${JSON.stringify(problems)}`);
}
