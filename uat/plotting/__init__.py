"""Pictures of results: `uat.plot`, and the pages, styles and languages of all figures."""
