// Looks at pages in a headless Chromium, as .ci/e2e_pages.py asks for on standard input:
//   {"pages": {"name": address}, "own": "http://127.0.0.1:1", "pictures": ["https://allowed.example"], "out": "folder"}
// Prints what it found as JSON: requests to strangers, dialogs, script errors, axe violations, sizes; and makes
// screenshots at 360 and 1280 pixels in both color schemes. Judging is the caller's.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.NODE_MODULES, 'x.js'));
const puppeteer = require('puppeteer-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
const found = { foreign: [], dialogs: [], errors: [], ran: [], overflowing: [], violations: [], withoutScripts: {} };

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-prefers-no-reduced-motion'],
});

async function open(address, { width, scheme, scripts = true, bypass = false }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setJavaScriptEnabled(scripts);
  await page.setBypassCSP(bypass);
  await page.setRequestInterception(true);
  page.on('request', request => {
    const url = request.url();
    if (url.startsWith(asked.own) || url.startsWith('data:')) return request.continue();
    if (!asked.pictures.some(prefix => url.startsWith(prefix))) found.foreign.push(`${address} asked for ${url}`);
    request.abort();
  });
  page.on('dialog', dialog => { found.dialogs.push(`${address}: ${dialog.message()}`); dialog.dismiss(); });
  page.on('pageerror', error => found.errors.push(`${address}: ${error.message}`));
  await page.goto(address, { waitUntil: 'load', timeout: 30000 });
  return page;
}

for (const [name, address] of Object.entries(asked.pages)) {
  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark']) {
      const page = await open(address, { width, scheme });
      // What a markup attack would have left behind, had it run.
      const ran = await page.evaluate(() => window.attacked);
      if (ran) found.ran.push(`${address}: ${ran}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) found.overflowing.push(`${address} at ${width}: ${wide} px too wide`);
      await page.screenshot({ path: path.join(asked.out, `${name}-${width}-${scheme}.png`), fullPage: width > 360 });
      await page.close();
      const examined = await open(address, { width, scheme, bypass: true });
      await examined.evaluate(axe);
      const result = await examined.evaluate(() => axe.run());
      for (const violation of result.violations) {
        found.violations.push(`${address} at ${width}, ${scheme}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
      }
      await examined.close();
    }
  }
  const still = await open(address, { width: 1280, scheme: 'light', scripts: false });
  found.withoutScripts[name] = (await still.content()).length;
  await still.close();
}
await browser.close();
console.log(JSON.stringify(found));
