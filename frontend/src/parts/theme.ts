/** Which theme a page has, and Mantine taught to use the design's tokens. */
import { createTheme, type CSSVariablesResolver } from '@mantine/core'

export type Theme = 'dark' | 'light'

/** Dark where pictures are judged, and on what belongs to them, light where figures are read; a person may set dark everywhere. */
export function pageTheme(path: string, wish: 'page' | 'dark' | undefined): Theme {
  if (wish === 'dark') return 'dark'
  return /^\/(clips|shows|tasks|jobs|edit)(\/|$)/.test(path) ? 'dark' : 'light'
}

export const mantineTheme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  radius: { xs: '3px', sm: '6px', md: '6px', lg: '8px', xl: '8px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 160 }, overlayProps: { backgroundOpacity: 0.5 } } },
    Menu: { defaultProps: { shadow: 'none', transitionProps: { duration: 80 } } },
    TextInput: { defaultProps: { size: 'xs', withAsterisk: false } },
    PasswordInput: { defaultProps: { withAsterisk: false } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, checkIconPosition: 'right' } },
  },
})

const OURS = {
  '--mantine-color-body': 'var(--bg1)',
  '--mantine-color-text': 'var(--tx1)',
  '--mantine-color-bright': 'var(--tx1)',
  '--mantine-color-dimmed': 'var(--tx3)',
  '--mantine-color-placeholder': 'var(--tx3)',
  '--mantine-color-anchor': 'var(--ac)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--bg1)',
  '--mantine-color-default-hover': 'var(--bg2)',
  '--mantine-color-default-color': 'var(--tx1)',
  '--mantine-color-default-border': 'var(--line2)',
  '--mantine-primary-color-filled': 'var(--ac)',
  '--mantine-primary-color-filled-hover': 'var(--ac)',
  '--mantine-primary-color-light': 'var(--ac-bg)',
  '--mantine-primary-color-light-color': 'var(--ac)',
  '--mantine-shadow-md': 'var(--shadow)',
  '--mantine-shadow-xl': 'var(--shadow)',
}

export const ourVariables: CSSVariablesResolver = () => ({ variables: OURS, light: OURS, dark: OURS })
