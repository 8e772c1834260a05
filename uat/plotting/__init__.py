"""Results drawn: `uat.plot`, its pages, styles and languages."""
