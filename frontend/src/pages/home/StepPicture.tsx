import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { send } from '../../api/client'
import { decodePlane, readBundle } from '../../engine/bundle'
import type { Plane } from '../../engine/planes'
import { Icon } from '../../parts/Icon'

export type StepView = 'overlay' | 'composite' | 'matte'

/** In place of the picture while no clip is decoded. */
const ICON = { overlay: 'brush', composite: 'eye', matte: 'pack' } as const

const TINT = [0x75, 0xff, 0xf5] as const
const TINT_STRENGTH = 0.42
const GREY = 0x77

/** The frame of a step with the matte as it is now: laid over, cut out, or alone. Without one, the frame as it is. */
export function StepPicture({ thumb, shot, view }: { thumb: string | null; shot: string | null; view: StepView }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const place = /^(.*\/frames\/(\d+))\/thumb$/.exec(thumb ?? '')
  const frame = place?.[1]
  const index = place?.[2]
  const picture = useQuery({
    queryKey: ['step', shot, frame, view],
    queryFn: () => load(frame!, shot, index!),
    enabled: frame !== undefined,
    staleTime: 0,
  }).data
  useEffect(() => {
    if (picture && canvas.current) draw(canvas.current, picture.image, picture.matte, view)
  }, [picture, view])
  if (!thumb) return <div className="step-picture none"><Icon name={ICON[view]} large tone="t3" /></div>
  return <div className="step-picture"><canvas ref={canvas} aria-hidden="true" /></div>
}

async function load(frame: string, shot: string | null, index: string): Promise<{ image: ImageBitmap; matte: Plane | null }> {
  const [image, matte] = await Promise.all([
    send(frame).then(async (response) => createImageBitmap(await response.blob())),
    shot ? loadMatte(shot, index) : null,
  ])
  return { image, matte }
}

/** All people of the frame together: where one covers, the picture is kept. */
async function loadMatte(shot: string, index: string): Promise<Plane | null> {
  const response = await send(`/api/shots/${shot}/planes?first=${index}&last=${index}&layer=matte`)
  const found = readBundle(await response.arrayBuffer()).filter(({ bytes }) => bytes.length > 0)
  const planes = await Promise.all(found.map(({ bytes }) => decodePlane(bytes)))
  const [first, ...others] = planes
  if (!first) return null
  const data = first.data.slice()
  for (const other of others) other.data.forEach((value, at) => (data[at] = Math.max(data[at]!, value)))
  return { ...first, data }
}

function draw(canvas: HTMLCanvasElement, image: ImageBitmap, matte: Plane | null, view: StepView): void {
  canvas.width = image.width
  canvas.height = image.height
  const context = canvas.getContext('2d')!
  context.drawImage(image, 0, 0)
  if (!matte || matte.width !== image.width || matte.height !== image.height) return
  const pixels = context.getImageData(0, 0, image.width, image.height)
  const { data } = pixels
  for (let at = 0; at < matte.data.length; at++) blend(data, at * 4, matte.data[at]! / 255, view)
  context.putImageData(pixels, 0, 0)
}

function blend(data: Uint8ClampedArray, at: number, alpha: number, view: StepView): void {
  for (let channel = 0; channel < 3; channel++) {
    const own = data[at + channel]!
    if (view === 'overlay') data[at + channel] = own + (TINT[channel]! - own) * alpha * TINT_STRENGTH
    else if (view === 'composite') data[at + channel] = own * alpha + GREY * (1 - alpha)
    else data[at + channel] = alpha * 255
  }
}
