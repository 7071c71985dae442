namespace ModelGen.Compression.Report;

/// <summary>The style sheet. Colours are variables, so that light, dark and print differ in one place each.</summary>
internal static class ReportStyle
{
    /// <summary>
    /// CSS. Text has a contrast of at least 4.5:1 on its ground in both schemes, lines and bars at least 3:1 (shades of bits are told apart
    /// by their order, gaps and words as well); hues are blue and orange only, which all common forms of colour blindness keep apart. It
    /// holds no character that XML would have to escape.
    /// </summary>
    public const string Css =
        """
        :root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--line:#dfe3e8;--ink:#1b2026;--soft:#56606c;--accent:#1d5fc4;
        --pale:#687e9e;
        --more:#e0761a;--less:#4b8fd6;--b0:#c3c8cf;--b1:#dcebfb;--b2:#c3dcf7;--b3:#a3c8f1;--b4:#7fb0e8;--b5:#5a95db;--b6:#3c79c6;
        --b7:#265daa;--b8:#17438a;--b9:#0c2a5c}
        @media (prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#1d2127;--line:#343b44;--ink:#e7eaee;--soft:#a3adb9;
        --accent:#6ea8fe;--pale:#8797b0;
        --more:#c0600c;--less:#2f6fb8;--b0:#4a515b;--b1:#17304f;--b2:#1b3d68;--b3:#214d86;--b4:#2b62a8;--b5:#3b7bc9;--b6:#5b97df;
        --b7:#86b5ee;--b8:#b4d3f8;--b9:#e0eefd}}
        @media print{:root{color-scheme:light;--ground:#fff;--panel:#f6f7f9;--line:#dfe3e8;--ink:#1b2026;--soft:#56606c;--accent:#1d5fc4;
        --pale:#687e9e;
        --more:#e0761a;--less:#4b8fd6;--b0:#c3c8cf;--b1:#dcebfb;--b2:#c3dcf7;--b3:#a3c8f1;--b4:#7fb0e8;--b5:#5a95db;--b6:#3c79c6;
        --b7:#265daa;--b8:#17438a;--b9:#0c2a5c}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--ink);
        font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
        font-variant-numeric:tabular-nums;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        main{max-width:1000px;margin:0 auto;padding:48px 20px 72px}
        h1{font-size:1.75rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere}
        h2{font-size:1.25rem;line-height:1.3;margin:0 0 .5rem}
        h3{font-size:1rem;margin:1.75rem 0 .5rem}
        section{margin-top:56px}
        p{margin:.5rem 0;max-width:68ch;overflow-wrap:anywhere}
        .result{font-size:1.15rem;max-width:60ch}
        .missed{font-weight:600;border-left:4px solid var(--more);padding-left:12px}
        .soft{color:var(--soft)}
        .cards{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin:1.25rem 0 0}
        .card{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:14px 16px;break-inside:avoid;min-width:0}
        .card dt{color:var(--soft);font-size:.85rem;line-height:1.35}
        .card dd{margin:0;overflow-wrap:anywhere}
        .card .now{font-size:1.4rem;line-height:1.4;font-weight:600}
        .card .was{color:var(--soft);font-size:.85rem}
        .card .gain{color:var(--accent);font-size:.9rem;font-weight:600}
        svg{display:block;overflow:visible}
        svg.wide,svg.narrow,svg.map{width:100%;height:auto;margin:1rem 0 .5rem;break-inside:avoid}
        svg.map{max-width:440px}
        svg.narrow{display:none}
        svg text{font-size:13px;fill:var(--soft)}
        svg .label,svg .label-strong{paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}
        svg .label-strong{fill:var(--ink);font-weight:600}
        svg .number{fill:var(--ink);font-size:11px}
        .map .tick,.map .label{font-size:12px}
        .grid{stroke:var(--line)}
        .axis{stroke:var(--soft)}
        .line-original{stroke:var(--soft);stroke-dasharray:2 4;stroke-width:1.5}
        .line-knee{stroke:var(--ink);stroke-dasharray:6 4}
        .line-passing{fill:none;stroke:var(--pale);stroke-width:1.5}
        .line-final{fill:none;stroke:var(--accent);stroke-width:2}
        .point-passing{fill:var(--ground);stroke:var(--pale);stroke-width:1.75}
        .point-final{fill:var(--accent);stroke:var(--ground);stroke-width:1.5}
        .bar-ground{fill:var(--line)}
        .bar{fill:var(--accent)}
        .bar-before{fill:var(--pale)}
        .gap{stroke:var(--ground);stroke-width:1}
        .bits-0{fill:var(--b0)}.bits-1{fill:var(--b1)}.bits-2{fill:var(--b2)}.bits-3{fill:var(--b3)}.bits-4{fill:var(--b4)}
        .bits-5{fill:var(--b5)}.bits-6{fill:var(--b6)}.bits-7{fill:var(--b7)}.bits-8{fill:var(--b8)}.bits-9{fill:var(--b9)}
        .cell{fill:var(--panel)}
        .cell-diagonal{stroke:var(--soft);stroke-width:1}
        .more{fill:var(--more)}
        .less{fill:var(--less)}
        svg.inline{display:inline-block;vertical-align:middle;margin-right:8px}
        .key{display:inline-block;vertical-align:-2px;margin-right:6px}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:.5rem 0;padding:0;list-style:none;color:var(--soft);font-size:.875rem}
        .scroll{overflow-x:auto;margin:1rem 0;border:1px solid var(--line);border-radius:8px}
        .scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th,td{padding:8px 12px;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}
        thead th{border-top:0;color:var(--soft);font-weight:500;vertical-align:bottom}
        th:first-child,td.text,th.text{text-align:left}
        tbody th{font-weight:500;white-space:normal;min-width:9rem;max-width:18rem;overflow-wrap:anywhere}
        td.text{white-space:normal;min-width:7rem;overflow-wrap:anywhere}
        td.bars{white-space:nowrap}
        th small,td small{display:block;color:var(--soft);font-weight:400}
        tr{break-inside:avoid}
        details{margin:1rem 0}
        summary{cursor:pointer;color:var(--accent)}
        .facts{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:8px 24px;margin:1rem 0}
        .facts dt{color:var(--soft)}
        .facts dd{margin:0;overflow-wrap:anywhere}
        code{font:.875em/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        .method{font-size:.9rem;color:var(--soft)}
        @media (max-width:760px){.cards{grid-template-columns:repeat(2,minmax(0,1fr))}}
        @media (max-width:560px){main{padding:28px 16px 48px}h1{font-size:1.45rem}.result{font-size:1.05rem}section{margin-top:44px}
        .cards{grid-template-columns:minmax(0,1fr)}
        .card{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:12px;align-items:baseline;padding:12px 14px}
        .card .now{text-align:right;font-size:1.2rem}.card .gain{text-align:right}
        svg.wide{display:none}svg.narrow{display:block}.facts{grid-template-columns:minmax(0,1fr);gap:0}.facts dd{margin-bottom:10px}
        tbody th{min-width:7.75rem;max-width:9.5rem}td.text{min-width:5rem}th,td{padding:8px 10px}}
        @media print{main{max-width:none;padding:0}section{margin-top:28px}.scroll{overflow:visible;border:0}body{font-size:11pt}
        th,td{padding:4px 6px}}
        """;
}
