#!/bin/sh
# Fetches the JavaScript clients that tests/clients drives. Without npm, or without a registry to ask, the tests
# that need them are skipped and say so; nothing else depends on them.
set -u
cd "$(dirname "$0")/../tests/clients" || exit 1

if ! command -v npm >/dev/null 2>&1; then
    echo "No npm here: the tests of the JavaScript client will be skipped."
    exit 0
fi
[ node_modules/.package-lock.json -nt package.json ] && exit 0
echo "Fetching Medusa's JavaScript client (a few seconds) ..."
npm install --silent --no-progress </dev/null || echo "It could not be fetched: the tests of the JavaScript client will be skipped."
