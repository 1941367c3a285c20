// Sends a file with the client that the browser uses: node send.mjs FILE ENDPOINT HEADERS METADATA (both JSON).
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createRequire } from 'node:module'

const { Upload } = createRequire(new URL('../../frontend/package.json', import.meta.url))('tus-js-client')
const [file, endpoint, headers, metadata] = process.argv.slice(2)
const upload = new Upload(createReadStream(file), {
  endpoint,
  headers: JSON.parse(headers),
  metadata: { filename: basename(file), ...JSON.parse(metadata) },
  chunkSize: 16 * 2 ** 20,
  retryDelays: Array(240).fill(500),
  onError: (error) => {
    console.error(String(error))
    process.exit(1)
  },
  onSuccess: () => console.log(upload.url),
})
upload.start()
