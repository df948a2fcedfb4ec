package judging

import (
	"strings"

	"golang.org/x/text/language"
)

// languagesWithExtensions are the languages that have extended language subtags (RFC 5646 section 2.2.2).
var languagesWithExtensions = []string{"ar", "kok", "lv", "ms", "sgn", "sw", "uz", "zh"}

// grandfathered are the grandfathered tags (RFC 5646 section 2.2.8), in lower case, and what stands for them: the registry's
// preferred value; for those without one, what UTS 35 gives.
var grandfathered = map[string]string{
	"art-lojban":  "jbo",
	"cel-gaulish": "xtg",
	"en-gb-oed":   "en-GB-oxendict",
	"i-ami":       "ami",
	"i-bnn":       "bnn",
	"i-default":   "en-x-i-default",
	"i-enochian":  "und-x-i-enochian",
	"i-hak":       "hak",
	"i-klingon":   "tlh",
	"i-lux":       "lb",
	"i-mingo":     "see-x-i-mingo",
	"i-navajo":    "nv",
	"i-pwn":       "pwn",
	"i-tao":       "tao",
	"i-tay":       "tay",
	"i-tsu":       "tsu",
	"no-bok":      "nb",
	"no-nyn":      "nn",
	"sgn-be-fr":   "sfb",
	"sgn-be-nl":   "vgt",
	"sgn-ch-de":   "sgg",
	"zh-guoyu":    "zh",
	"zh-hakka":    "hak",
	"zh-min":      "nan-x-zh-min",
	"zh-min-nan":  "nan",
	"zh-xiang":    "hsn",
}

// otherLanguages are the aliases of languages where UTS 35, by which the registry goes, and golang.org/x/text differ.
var otherLanguages = pairs(`
	agp=apf ais=ami baz=nvo bh=bh bhk=fbl bjq=bzc bkb=ebk btb=beb cls=sa cnr=sr-ME daf=dnj dap=njz dek=sqm djl=dze
	dkl=aqd drw=fa-AF dud=uth duj=dwu dwl=dbt elp=amq gbc=wny ggo=esg ggr=gtu gio=aou gom=kok ill=ilm izi=eza
	jar=jgk jaw=jv kdv=zkd kgd=ncq knn=knn kpp=jkm kzh=dgl leg=enl mgx=jbk mnk=mnk mnt=wnn mo=ro mof=xnt mol=ro
	mwd=dmw nb=nb nbf=nru nbx=gll nln=azd nlr=nrk nob=nb noo=dtd nte=eko prs=fa-AF rmr=emx sap=aqt scc=sr scr=hr
	sgl=isk sul=sgd sum=ulw swc=sw-CD tgg=bjp tid=itd tnf=fa-AF tw=tw unp=wro wgw=wgb wit=nol wiw=nwo xsj=suj
	yen=ynq yiy=yrm
`)

// otherRegions are the same for regions.
var otherRegions = pairs(`
	AN=CW CS=RS FQ=AQ NT=SA PC=FM SU=RU YU=RS 062=034 172=RU 200=CZ 530=CW 532=CW 536=SA 582=FM 810=RU 830=JE 890=RS
	891=RS 961=961
`)

// canonicalBase gives the canonical form of a language, and the script and the region that come with it where a tag has none.
func canonicalBase(subtag string) (base, script, region string) {
	canonical := subtag
	if other, is := otherLanguages[subtag]; is {
		canonical = other
	} else if known, err := language.ParseBase(subtag); err == nil {
		tag, err := language.Compose(known)
		if err == nil {
			tag, err = (language.DeprecatedBase | language.Macro | language.Legacy).Canonicalize(tag)
		}
		if err == nil {
			canonical = tag.String()
		}
	}
	base, more, _ := strings.Cut(canonical, "-")
	if len(more) == 4 {
		return base, more, ""
	}
	return base, "", more
}

func canonicalRegion(subtag string) string {
	if other, is := otherRegions[subtag]; is {
		return other
	}
	region, err := language.ParseRegion(subtag)
	if err != nil {
		return subtag
	}
	return region.Canonicalize().String()
}

// pairs reads texts such as "jaw=jv mol=ro".
func pairs(text string) map[string]string {
	read := map[string]string{}
	for _, pair := range strings.Fields(text) {
		from, to, _ := strings.Cut(pair, "=")
		read[from] = to
	}
	return read
}
