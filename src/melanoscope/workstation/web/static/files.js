// Files out of a drop, a paste or an input: a folder's, below it too. HEIC is sent to be refused with its reason.

const IMAGE = /\.(jpe?g|png|tiff?|webp|bmp|gif|hei[cf])$/i;

export const photographs = (files) => [...files].filter((file) => IMAGE.test(file.name) || file.type.startsWith("image/"));

export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(below))).flat();
}

async function below(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    found.push(...some);
  }
  found.sort((a, b) => a.name.localeCompare(b.name));
  return (await Promise.all(found.map(below))).flat();
}
