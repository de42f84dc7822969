package painless

import "slices"

// specs lists the classes of the language, what others extend before them.
func specs() []classSpec {
	return slices.Concat(
		collectionSpecs(), valueSpecs(), utilSpecs(), textSpecs(), mapViewClasses(), dequeClasses(), base64Classes(),
		functionClasses(), collatorClasses(), exceptionClasses(), streamClasses(), regexClasses(), timeSpecs(),
	)
}

// collectionSpecs are Object, what most interfaces extend, and the collections of java.util.
func collectionSpecs() []classSpec {
	return slices.Concat([]classSpec{
		objectClass(), comparableClass(), charSequenceClass(), iterableClass(), collectionClass(),
		listClass(), queueClass(), dequeInterface(), setClass(), mapClass(), abstractClass("Collection", "Collection"),
		abstractClass("List", "AbstractCollection", "List"), abstractClass("SequentialList", "AbstractList"),
		abstractClass("Queue", "AbstractCollection", "Queue"), abstractClass("Set", "AbstractCollection", "Set"), abstractClass("Map", "Map"),
	}, sortedClasses(), []classSpec{
		linkedListClass(), arrayListClass(), viewClass(), hashSetClass(), linkedHashSetClass(), treeSetClass(),
		hashMapClass(), linkedHashMapClass(), treeMapClass(), viewMapClass(), entryClass(), hashNodeClass(),
		simpleEntryClass("SimpleEntry"), simpleEntryClass("SimpleImmutableEntry"), iteratorClass(), listIteratorClass(),
	})
}

// valueSpecs are the classes of java.lang that documents have values of.
func valueSpecs() []classSpec {
	return []classSpec{
		stringClass(), booleanClass(), characterClass(),
		numberClass(), byteClass(), shortClass(), integerClass(), longClass(), bigIntegerClass(), floatClass(), doubleClass(),
		mathClass("Math"), mathClass("StrictMath"), localeClass(), localeBuilderClass(),
	}
}

// utilSpecs are the rest of java.lang, java.math and java.util, and Elasticsearch's own.
func utilSpecs() []classSpec {
	return slices.Concat(textFormatterClasses(), []classSpec{
		builderClass("StringBuilder"), builderClass("StringBuffer"), collectionsClass(), arraysClass(), objectsClass(),
		randomClass(), systemClass(), normalizerForms(), normalizerClass(), tokenizerClass(), joinerClass(),
		enumSuperclass(), bigDecimalClass(), formatterClass(), dateClass(), timeZoneClass(),
		cidrClass(), processorsClass(), jsonClass(), writeFieldClass(), metadataClass(), uuidClass(), bitSetClass(),
	}, roundingClasses(), calendarClasses())
}

// textSpecs are java.text.
func textSpecs() []classSpec {
	return slices.Concat(
		characterIteratorClasses(), attributedIteratorClasses(), attributedClasses(),
		[]classSpec{formatClass(), messageFormatClass(), parsePositionClass(), fieldPositionClass()},
		fieldClasses(), numberFormatClasses(), dateFormatClasses(), []classSpec{stackTraceClass()},
	)
}

// timeSpecs are java.time, and what needs the classes of functions and streams.
func timeSpecs() []classSpec {
	return slices.Concat(
		zoneClasses(), temporalClasses(), chronoClasses(), []classSpec{adjustersClass(), lambdaClass(), enumerationClass()},
		chronologyClasses(), localeRangeClasses(), eventClasses(), []classSpec{simpleTimeZoneClass(), formatterFormatClass()},
		spliteratorClasses(), primitiveIteratorClasses(), []classSpec{layoutFormClass()}, unicodeClasses(),
		formatterBuilderClasses(), weekClasses(), zoneRuleClasses(), transitionRuleClasses(), queryClasses(), []classSpec{decimalStyleClass()},
	)
}
